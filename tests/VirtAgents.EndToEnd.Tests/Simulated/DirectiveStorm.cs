using System.Globalization;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Protocol.V1;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>Directives of ten kinds, one of each for each host, and what goes wrong meanwhile: each fault on a twentieth of the hosts or VMs.</summary>
/// <param name="vms">The VMs of all hosts.</param>
internal sealed class DirectiveStorm(IReadOnlyList<Vm> vms)
{
    public const int Hosts = 100, VmsPerHost = 4, Count = 10 * Hosts;

    /// <summary>Virtual seconds in a second: what takes guests a while must not take the test as long.</summary>
    public const int Speed = 20;

    /// <summary>From this one on no host is lost, or what tells of it.</summary>
    public const int FirstSparedHost = 4 * Group;

    /// <summary>When so many are sent, the VMs that are to crash on their way are on it.</summary>
    public const int SlowMovesSent = (MoveRound * Hosts) + FirstSparedHost + FaultyVms + Senders;

    private const int MoveRound = 8;
    private const int Group = Hosts / 20, FaultyVms = Hosts * VmsPerHost / 20, Senders = 8, CancelledEach = 20;
    private const string Lasting = "100s";
    private readonly Vm[][] _vms = [.. Enumerable.Range(0, Hosts).Select(h => vms.Where(v => v.Host == NameOf(h)).OrderBy(v => v.Name[^2..], StringComparer.Ordinal).ToArray())];
    private int _sent;

    /// <summary>What was sent, by id.</summary>
    public Dictionary<string, SendDirectiveRequest> Requests { get; } = [];

    public static string NameOf(int host) => string.Create(CultureInfo.InvariantCulture, $"sim-host-{host + 1:D3}");

    /// <summary>The VMs that are rebooted and reset by directives, and by nothing else, on hosts that nothing happens to.</summary>
    public IEnumerable<string> RebootedInPeace => _vms[FirstSparedHost..].Select(ofHost => ofHost[1].Id);

    /// <summary>Sends all, some at a time, host by host; each twentieth is taken back at once.</summary>
    public Task SendAsync(DirectiveApi api)
    {
        foreach (SendDirectiveRequest request in Enumerable.Range(0, Count).Select(i => For(i % Hosts, i / Hosts)))
        {
            Requests.Add(request.Id, request);
        }

        return Parallel.ForEachAsync(Requests.Values.Index(), new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (next, _) =>
        {
            await api.SendAsync(next.Item);
            if (next.Index % CancelledEach == CancelledEach - 1)
            {
                await api.CancelAsync(next.Item.Id, "not needed");
            }

            Interlocked.Increment(ref _sent);
        });
    }

    /// <summary>Waits until so many are sent.</summary>
    public Task SentAsync(int count) => Eventually.HoldsAsync(TimeSpan.FromSeconds(90), () =>
        Task.FromResult(Volatile.Read(ref _sent) is var sent && sent >= count ? null : $"{sent} of {count} directives are sent"));

    /// <summary>Loses hypervisors, hosts, and the answers of VMs that are about to be suspended.</summary>
    public async Task BreakHypervisorsAsync(SimulationSocket simulation)
    {
        await BreakHostsAsync(simulation, "hypervisor-loss", 0);
        await BreakHostsAsync(simulation, "host-loss", Group);
        foreach (Vm[] ofHost in _vms[FirstSparedHost..(FirstSparedHost + FaultyVms)])
        {
            await simulation.InjectAsync($$"""{ "fault": "vm-hang", "vm": "{{ofHost[2].Id}}", "for": "{{Lasting}}" }""");
        }
    }

    /// <summary>Loses agents, streams, and VMs that are on their way to another host.</summary>
    public async Task BreakAgentsAsync(SimulationSocket simulation)
    {
        await BreakHostsAsync(simulation, "agent-loss", 2 * Group);
        await BreakHostsAsync(simulation, "partition", 3 * Group);
        foreach (Vm[] ofHost in _vms[FirstSparedHost..(FirstSparedHost + FaultyVms)])
        {
            await simulation.InjectAsync($$"""{ "fault": "vm-crash", "vm": "{{ofHost[0].Id}}" }""");
        }
    }

    private static async Task BreakHostsAsync(SimulationSocket simulation, string fault, int from)
    {
        for (int host = from; host < from + Group; host++)
        {
            await simulation.InjectAsync($$"""{ "fault": "{{fault}}", "host": "{{NameOf(host)}}", "for": "{{Lasting}}" }""");
        }
    }

    private SendDirectiveRequest For(int host, int round)
    {
        SendDirectiveRequest request = round switch
        {
            0 => OfVm(host, 0, "set_memory", ("memory_bytes", "1073741824")),
            1 => OfVm(host, 1, "reboot", ("grace_seconds", "60")),
            2 => OfVm(host, 2, "suspend"),
            3 => OfVm(host, 3, "shutdown", ("grace_seconds", "60"), ("force", "true")),
            4 => OfHost(host, "create_volume", ("pool", "local"), ("volume", "made"), ("capacity_bytes", "1073741824")),
            5 => OfVm(host, 2, "resume"),
            6 => OfVm(host, 1, "reset"),
            7 => OfVm(host, 3, "start"),
            MoveRound => OfVm(host, 0, "migrate", ("destination", NameOf(host ^ 1)), ("timeout_seconds", "100"), ("bandwidth_bytes_per_second", IsToCrash(host) ? "1048576" : "1099511627776")),
            _ => OfHost(host, "set_drain", ("drain", "true")),
        };
        (request.Id, request.DeadlineMs, request.DryRun) = (Guid.NewGuid().ToString(), 15_000, round == 9 && host % 2 == 0);
        return request;
    }

    private static bool IsToCrash(int host) => host is >= FirstSparedHost and < FirstSparedHost + FaultyVms;

    private SendDirectiveRequest OfVm(int host, int vm, string kind, params (string Name, string Value)[] parameters) =>
        With(new() { Kind = kind, Vm = _vms[host][vm].Id }, parameters);

    private static SendDirectiveRequest OfHost(int host, string kind, params (string Name, string Value)[] parameters) =>
        With(new() { Kind = kind, Host = NameOf(host) }, parameters);

    private static SendDirectiveRequest With(SendDirectiveRequest request, (string Name, string Value)[] parameters)
    {
        request.Parameters.Add(parameters.ToDictionary(p => p.Name, p => p.Value));
        return request;
    }
}
