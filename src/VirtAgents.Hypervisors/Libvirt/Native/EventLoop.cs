using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// libvirt's own event loop. The library knows one per process and it must exist before the first connection,
/// else neither events nor keep-alive messages work on that connection.
/// </summary>
internal static unsafe class EventLoop
{
    private const int TurnMilliseconds = 500;
    private static readonly Lock Gate = new();
    private static bool _runs;

    /// <summary>Starts the loop's thread once per process; it lives as long as the process.</summary>
    public static void EnsureRuns()
    {
        lock (Gate)
        {
            if (_runs)
            {
                return;
            }

            if (NativeMethods.virEventRegisterDefaultImpl() != 0)
            {
                throw LibvirtException.Last(nameof(NativeMethods.virEventRegisterDefaultImpl));
            }

            // A timer keeps the loop turning, so that handles added by other threads are noticed in any case.
            _ = NativeMethods.virEventAddTimeout(TurnMilliseconds, &Turn, 0, 0);
            new Thread(Run) { IsBackground = true, Name = "libvirt-events" }.Start();
            _runs = true;
        }
    }

    private static void Run()
    {
        while (true)
        {
            // A failed turn is a failed poll(2); the next one starts anew and connections report their own loss.
            _ = NativeMethods.virEventRunDefaultImpl();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Turn(int timer, nint opaque)
    {
    }
}
