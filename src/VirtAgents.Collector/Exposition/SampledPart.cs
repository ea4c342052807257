using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Exposition;

/// <summary>
/// The newest sampled values. They are told only while the agent of the host is connected, of subjects that are in its inventory,
/// and as the newest tick has them: what was true before is history, and history has queries of its own.
/// </summary>
internal sealed class SampledPart(LabelTable labels, RowTable rows, FleetDirectory directory)
{
    private readonly Dictionary<Subject, SampledSubject> _subjects = [];
    private Subject? _lastKey;
    private SampledSubject _last = SampledSubject.Hidden;

    public void Add(IReadOnlyList<SeriesValue> values)
    {
        foreach (SeriesValue value in values)
        {
            if (MetricFamilies.Of(value.Metric) is { Sampled: { } metric })
            {
                Find(value.Subject).Note(metric.Tier, value.TimeUnixMs);
            }
        }

        foreach (SeriesValue value in values)
        {
            if (MetricFamilies.Of(value.Metric) is { IsConcluded: false, Sampled: { } metric } family && metric.Kind == value.Subject.Kind
                && Find(value.Subject) is var subject && subject.Tells(family, metric.Tier, value.TimeUnixMs))
            {
                rows.Add(family, subject.Labels, value.Raw);
            }
        }
    }

    // Values of one subject mostly come one after the other, so the last answer saves most look-ups.
    private SampledSubject Find(Subject key)
    {
        if (ReferenceEquals(key, _lastKey))
        {
            return _last;
        }

        if (!_subjects.TryGetValue(key, out SampledSubject? subject))
        {
            subject = key.FollowsVm ? OfVm(key) : OfHost(key);
            _subjects.Add(key, subject);
        }

        (_lastKey, _last) = (key, subject);
        return subject;
    }

    private SampledSubject OfVm(Subject key)
    {
        if (directory.Find(new VmId(key.Owner)) is not { } entry || FleetDirectory.HasLeft(entry.Vm) || !IsLive(entry.Host) || !HasDevice(entry.Vm.Info, key))
        {
            return SampledSubject.Hidden;
        }

        labels.Vm(entry);
        int block = key.Kind switch
        {
            SubjectKind.VmDisk => labels.Add("disk"u8, key.Device).Close(),
            SubjectKind.VmInterface => labels.Add("nic"u8, key.Device).Close(),
            _ => labels.Close(),
        };
        return new SampledSubject(block, NotBefore(entry.Vm));
    }

    private SampledSubject OfHost(Subject key)
    {
        if (directory.Find(new HostId(key.Owner)) is not { } host || !IsLive(host))
        {
            return SampledSubject.Hidden;
        }

        return key.Kind switch
        {
            SubjectKind.Host or SubjectKind.Agent => new(labels.Host(host).Close()),
            SubjectKind.HostDisk => new(labels.Host(host).Add("disk"u8, key.Device).Close()),
            SubjectKind.HostInterface => new(labels.Host(host).Add("nic"u8, key.Device).Close()),
            SubjectKind.Pool => OfPool(host, key.Device),
            _ => SampledSubject.Hidden,
        };
    }

    // A pool of which nobody can tell whether it works has no figures; of one that failed only that is known.
    private SampledSubject OfPool(HostView host, string name) =>
        host.Pools.FirstOrDefault(p => p.Info.Name == name)?.Figures.Active is { } active
            ? new(labels.Host(host).Add("pool"u8, name).Close(), only: active ? null : MetricFamilies.Of(Metric.PoolActive))
            : SampledSubject.Hidden;

    // What was sampled before a VM ended, or before it could no longer be seen, says nothing about now.
    private static long NotBefore(VmView vm) => vm.State switch
    {
        VmState.Unknown when vm.SinceUnixMs == 0 => long.MaxValue,
        VmState.Unknown or VmState.ShutOff or VmState.Crashed or VmState.Stuck => vm.SinceUnixMs,
        _ => long.MinValue,
    };

    private static bool HasDevice(VmInfo vm, Subject key) => key.Kind switch
    {
        SubjectKind.VmDisk => vm.Disks.Any(d => d.Target == key.Device),
        SubjectKind.VmInterface => vm.Interfaces.Any(i => i.Mac == key.Device),
        _ => true,
    };

    private static bool IsLive(HostView host) => host.Agent == AgentStatus.Connected;
}
