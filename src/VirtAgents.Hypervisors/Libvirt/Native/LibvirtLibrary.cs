using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Loads libvirt's client library when it is first needed, so that an agent without it still starts.</summary>
internal static unsafe class LibvirtLibrary
{
    public const string FileName = "libvirt.so.0";

    private static readonly Lock Gate = new();
    private static bool _prepared;

    /// <summary>Loads the library and silences its habit of printing errors to stderr.</summary>
    /// <exception cref="HypervisorUnavailableException">The library is not installed.</exception>
    public static void Prepare(string fileName = FileName)
    {
        lock (Gate)
        {
            if (!NativeLibrary.TryLoad(fileName, out _))
            {
                throw new HypervisorUnavailableException(
                    $"{fileName} cannot be loaded: install the libvirt client library "
                    + "(package libvirt0 on Debian and Ubuntu, libvirt-libs on Fedora and RHEL)");
            }

            if (!_prepared)
            {
                NativeMethods.virSetErrorFunc(0, &IgnoreError);
                _prepared = true;
            }
        }
    }

    // Errors are read from the failing call instead.
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void IgnoreError(nint userData, nint error)
    {
    }
}
