using System.Globalization;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>A VM as the watch over guests needs to know it.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state as observed.</param>
/// <param name="Signs">What its guest has done.</param>
public readonly record struct WatchedGuest(VmId Id, string Name, VmState State, GuestSigns Signs);

/// <summary>
/// Tells when the operating system of a VM has come to a stand though the VM runs, and when it goes on. Of the VMs of one host. Not thread-safe; time is that of the samples.
/// </summary>
/// <remarks>
/// <para>
/// Two signs have to fail together: its balloon driver, which answers the hypervisor in a steady rhythm, tells nothing, and the guest neither uses its disks nor sends anything, both for
/// the limit. An idle guest does nothing but still answers; one whose driver was unloaded does not answer but works. Only a driver that has answered <see cref="LeastAnswers"/> times in this run is
/// waited for, and for <see cref="RhythmFactor"/> times its longest pause between two answers so far where that is more than the limit.
/// </para>
/// <para>
/// Unknown begins nothing and ends nothing: time in which either sign was not seen, or nothing was heard of the host, is no silence.
/// </para>
/// </remarks>
/// <param name="limit">How long both have to fail.</param>
/// <param name="hung">VMs of which it was told before, by whoever watched then.</param>
public sealed class GuestWatch(TimeSpan limit, IReadOnlySet<VmId> hung)
{
    /// <summary>Answers in one run before a driver is waited for.</summary>
    public const int LeastAnswers = 5;

    /// <summary>Pauses of the driver, the longest so far, that are silence.</summary>
    public const int RhythmFactor = 4;

    private readonly Dictionary<VmId, Guest> _guests = [];
    private readonly List<HostEvent> _events = [];
    private long _lastUnixMs;
    private long _round;

    /// <summary>Has what holds told once more, when it has held for the limit anew: who heard it before may have given it up.</summary>
    public void TellAgain()
    {
        foreach (Guest guest in _guests.Values)
        {
            guest.IsTold = false;
        }
    }

    /// <summary>Takes all VMs of a slow tick. The answer is valid until the next call.</summary>
    /// <param name="timeUnixMs">Time of the tick, milliseconds since 1970 UTC.</param>
    /// <param name="vms">All VMs that are known on the host.</param>
    /// <param name="cpuPercentOf">CPU that one uses, percent of its vCPUs, null = unknown; asked only of one that is told.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<HostEvent> Observe(long timeUnixMs, IEnumerable<WatchedGuest> vms, Func<VmId, double?> cpuPercentOf)
    {
        ArgumentNullException.ThrowIfNull(vms);
        ArgumentNullException.ThrowIfNull(cpuPercentOf);
        _events.Clear();
        bool wasHeard = timeUnixMs >= _lastUnixMs && timeUnixMs - _lastUnixMs < (long)limit.TotalMilliseconds;
        _lastUnixMs = timeUnixMs;
        _round++;
        foreach (WatchedGuest vm in vms)
        {
            if (vm.State == VmState.Running)
            {
                Follow(timeUnixMs, vm, wasHeard, cpuPercentOf);
            }
            else if (vm.State is VmState.Unknown or VmState.Stuck or VmState.ShuttingDown)
            {
                _guests.GetValueOrDefault(vm.Id)?.Lose(_round);
            }
            else if (_guests.Remove(vm.Id, out Guest? known) && known.IsHung)
            {
                _events.Add(new(HostEventKind.VmGuestAnswers, timeUnixMs, vm.Id, vm.Name, Evidence: "the VM does not run here any more"));
            }
        }

        foreach ((VmId id, Guest guest) in _guests)
        {
            if (guest.Round != _round)
            {
                _guests.Remove(id);
            }
        }

        return _events;
    }

    private void Follow(long timeUnixMs, in WatchedGuest vm, bool wasHeard, Func<VmId, double?> cpuPercentOf)
    {
        if (!_guests.TryGetValue(vm.Id, out Guest? guest))
        {
            _guests[vm.Id] = guest = new Guest(isHung: hung.Contains(vm.Id));
        }

        if (vm.Signs is not { ToldUnixSeconds: { } told, WorkBytes: { } work })
        {
            guest.Lose(_round);
            return;
        }

        string? sign = guest.Take(timeUnixMs, _round, (told, work), wasHeard);
        if (guest.IsHung && sign is not null)
        {
            guest.GoesOn(timeUnixMs);
            _events.Add(new(HostEventKind.VmGuestAnswers, timeUnixMs, vm.Id, vm.Name, Evidence: sign));
        }
        else if (!(guest.IsHung && guest.IsTold) && guest.IsSilent(timeUnixMs, limit))
        {
            guest.Hangs();
            _events.Add(new(HostEventKind.VmGuestHung, timeUnixMs, vm.Id, vm.Name, Evidence: Describe(timeUnixMs, guest, cpuPercentOf(vm.Id))));
        }
    }

    private static string Describe(long timeUnixMs, Guest guest, double? cpuPercent)
    {
        string cpu = cpuPercent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"; it uses {percent:0.#} % of its CPU") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"its balloon driver, which answered every {Math.Max(1, guest.LongestPauseMs / 1000)} s or sooner, has told nothing for {(timeUnixMs - guest.AnsweredUnixMs) / 1000} s, and it has used no disk and sent nothing for {(timeUnixMs - guest.WorkedUnixMs) / 1000} s{cpu}");
    }

    /// <summary>What was seen of a guest in its run.</summary>
    /// <param name="isHung">Whether it was told before that it hangs; its driver has answered then.</param>
    private sealed class Guest(bool isHung)
    {
        private readonly bool _wasHung = isHung;
        private (long Told, long Work)? _signs;
        private bool _isSeen;
        private bool _isSinceAnswer;
        private int _answers;

        public bool IsHung { get; private set; } = isHung;

        /// <summary>Whether who hears of it knows.</summary>
        public bool IsTold { get; set; }

        /// <summary>The newest call that had it.</summary>
        public long Round { get; private set; }

        public long AnsweredUnixMs { get; private set; }

        public long WorkedUnixMs { get; private set; }

        public long LongestPauseMs { get; private set; }

        /// <summary>Takes a tick; what the guest did since the one before, for people, or null.</summary>
        public string? Take(long timeUnixMs, long round, (long Told, long Work) signs, bool wasHeard)
        {
            Round = round;
            (bool hasAnswered, bool hasWorked, bool isContinuous) = (signs.Told != (_signs ?? signs).Told, signs.Work != (_signs ?? signs).Work, _isSeen && wasHeard);
            if (hasAnswered && isContinuous)
            {
                // The pause in which it hung is not its rhythm, nor is what passed before its first answer: a guest that boots has no driver yet.
                _answers++;
                LongestPauseMs = IsHung || !_isSinceAnswer ? LongestPauseMs : Math.Max(LongestPauseMs, timeUnixMs - AnsweredUnixMs);
            }

            _isSinceAnswer = isContinuous && (hasAnswered || _isSinceAnswer);
            AnsweredUnixMs = hasAnswered || !isContinuous ? timeUnixMs : AnsweredUnixMs;
            WorkedUnixMs = hasWorked || !isContinuous ? timeUnixMs : WorkedUnixMs;
            (_signs, _isSeen) = (signs, true);
            return hasAnswered ? "its balloon driver answers" : hasWorked ? "it uses its disks or sends" : null;
        }

        /// <summary>Its signs are not seen now.</summary>
        public void Lose(long round) => (_isSeen, Round) = (false, round);

        public void Hangs() => (IsHung, IsTold) = (true, true);

        public void GoesOn(long timeUnixMs) => (IsHung, IsTold, _isSinceAnswer, AnsweredUnixMs, WorkedUnixMs) = (false, false, false, timeUnixMs, timeUnixMs);

        public bool IsSilent(long timeUnixMs, TimeSpan limit) =>
            (_wasHung || _answers >= LeastAnswers) && timeUnixMs - WorkedUnixMs >= (long)limit.TotalMilliseconds
            && timeUnixMs - AnsweredUnixMs >= Math.Max((long)limit.TotalMilliseconds, RhythmFactor * LongestPauseMs);
    }
}
