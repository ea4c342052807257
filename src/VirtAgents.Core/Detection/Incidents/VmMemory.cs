using System.Runtime.CompilerServices;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What lines about one VM told before, so that one that comes late is known as such.</summary>
internal sealed class VmMemory
{
    private const int First = (int)FindingKind.VmDeviceRemoved + 1;
    private const int Boots = 3;
    private const long BootWindowMs = 10 * 60_000L;

    private KindTimes _clearedMs;
    private BootTimes _bootsMs;
    private int _bootCount;

    private static ReadOnlySpan<FindingKind> Later =>
        [FindingKind.ThresholdWarning, FindingKind.ThresholdError, FindingKind.VmUnusual, FindingKind.VmUnlikePeers, FindingKind.VmMemoryLeak,
            FindingKind.VmNoisyNeighbour, FindingKind.VmThrashing, FindingKind.VmPeriodicSpikes, FindingKind.VmBalloonStarved, FindingKind.VmGuestHung,
            FindingKind.VmRunsTwice, FindingKind.VmStartsTwice];

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

    // Kinds about VMs alone have the numbers 1 to 9; those a VM shares with hosts, and those that are learnt, have the places around them.
    private static FindingKind KindOf(int place) => place == 0 ? FindingKind.InterfaceDown : place < First ? (FindingKind)place : Later[place - First];

    private static int PlaceOf(FindingKind kind) =>
        kind == FindingKind.InterfaceDown ? 0 : Later.IndexOf(kind) is >= 0 and int later ? First + later : (int)kind;

    [InlineArray(Length)]
    private struct KindTimes
    {
        public const int Length = First + 12;
        private long _first;
    }

    [InlineArray(Boots)]
    private struct BootTimes
    {
        private long _first;
    }
}
