using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Text that libvirt hands out.</summary>
internal static unsafe class Utf8
{
    /// <summary>Text that stays libvirt's; empty for NULL.</summary>
    public static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    /// <summary>Text that libvirt allocated for the caller: copied, then freed.</summary>
    public static string Take(nint text)
    {
        string copy = Text(text);
        NativeMemory.Free((void*)text);
        return copy;
    }
}
