using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Hosts and VMs that an incident is about: the lines of the feed about those are what it rests on.</summary>
public sealed class IncidentScope
{
    private readonly HashSet<HostId> _hosts = [];
    private readonly HashSet<VmId> _vms = [];

    private IncidentScope()
    {
    }

    /// <summary>Its hosts.</summary>
    public IReadOnlySet<HostId> Hosts => _hosts;

    /// <summary>The scope of an incident: hosts and VMs that it names, and all hosts that share a pool it names.</summary>
    public static IncidentScope Of(Incident incident, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(topology);
        IncidentScope scope = new();
        foreach (Finding finding in incident.Findings())
        {
            scope.Add(finding, topology);
        }

        return scope;
    }

    /// <summary>Whether a line is about one of them.</summary>
    public bool Includes(FleetEvent line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return _hosts.Contains(line.HostId) || (line.Event.Vm is { } vm && _vms.Contains(vm));
    }

    private void Add(Finding finding, Topology topology)
    {
        foreach (string id in finding.Witnesses.Append(finding.HostId))
        {
            if (Guid.TryParseExact(id, "D", out Guid host))
            {
                _hosts.Add(new HostId(host));
            }
        }

        if (finding.Key.Element.Kind == ElementKind.Vm && Guid.TryParseExact(finding.Key.Element.Id, "D", out Guid vm))
        {
            _vms.Add(new VmId(vm));
        }

        foreach (TopologyHost host in topology.HostsOf(finding.Key.Element))
        {
            _hosts.Add(host.Id);
        }
    }
}
