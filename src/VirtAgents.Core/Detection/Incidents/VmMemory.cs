using System.Runtime.CompilerServices;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What lines about one VM told before, so that one that comes late is known as such.</summary>
internal sealed class VmMemory
{
    private const int Boots = 3;
    private const long BootWindowMs = 10 * 60_000L;

    private KindTimes _clearedMs;
    private BootTimes _bootsMs;
    private int _bootCount;

    /// <summary>Host of the newest line.</summary>
    public HostId Host { get; set; }

    /// <summary>Takes that kinds of findings did not hold at an instant.</summary>
    public void Clear(KindSet kinds, long instantMs, long receivedMs)
    {
        for (int kind = 0; kind < KindTimes.Length; kind++)
        {
            if (kinds.Contains(KindOf(kind)))
            {
                long at = KindOf(kind) == FindingKind.VmOutOfSight ? receivedMs : instantMs;
                _clearedMs[kind] = Math.Max(_clearedMs[kind], at);
            }
        }
    }

    /// <summary>Newest instant at which a kind did not hold; 0 = none is known.</summary>
    public long ClearedMs(FindingKind kind) => _clearedMs[PlaceOf(kind)];

    /// <summary>Takes a boot, each once; whether it is one of <see cref="Boots"/> within <see cref="BootWindowMs"/>.</summary>
    public bool Boot(long instantMs)
    {
        Span<long> known = _bootsMs;
        known = known[.._bootCount];
        if (known.Contains(instantMs))
        {
            return false;
        }

        if (_bootCount < Boots)
        {
            _bootsMs[_bootCount++] = instantMs;
        }
        else if (instantMs > known[0])
        {
            known[0] = instantMs;
        }

        Span<long> sorted = ((Span<long>)_bootsMs)[.._bootCount];
        sorted.Sort();
        return _bootCount == Boots && sorted[^1] - sorted[0] <= BootWindowMs;
    }

    /// <summary>Times before a jump of the host's clock cannot be compared with those after it.</summary>
    public void ForgetTimes()
    {
        _clearedMs = default;
        _bootCount = 0;
    }

    // Kinds about VMs alone have the numbers 1 to 9; those a VM shares with hosts have the places around them.
    private static FindingKind KindOf(int place) => place switch
    {
        0 => FindingKind.InterfaceDown,
        KindTimes.Length - 4 => FindingKind.ThresholdWarning,
        KindTimes.Length - 3 => FindingKind.ThresholdError,
        KindTimes.Length - 2 => FindingKind.VmUnusual,
        KindTimes.Length - 1 => FindingKind.VmUnlikePeers,
        _ => (FindingKind)place,
    };

    private static int PlaceOf(FindingKind kind) => kind switch
    {
        FindingKind.InterfaceDown => 0,
        FindingKind.ThresholdWarning => KindTimes.Length - 4,
        FindingKind.ThresholdError => KindTimes.Length - 3,
        FindingKind.VmUnusual => KindTimes.Length - 2,
        FindingKind.VmUnlikePeers => KindTimes.Length - 1,
        _ => (int)kind,
    };

    [InlineArray(Length)]
    private struct KindTimes
    {
        public const int Length = (int)FindingKind.VmDeviceRemoved + 5;
        private long _first;
    }

    [InlineArray(Boots)]
    private struct BootTimes
    {
        private long _first;
    }
}
