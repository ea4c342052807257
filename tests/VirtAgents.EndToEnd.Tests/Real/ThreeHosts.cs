using System.Net;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Three libvirt hosts without VMs whose agents have witness ports, and a collector that soon suspects.</summary>
public sealed class ThreeHosts : IAsyncLifetime
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly IPAddress Bridge = IPAddress.Parse($"{Environment.GetEnvironmentVariable("TESTBED_NET") ?? "10.99.0"}.1");

    /// <summary>The others show and see heartbeats.</summary>
    private const string WithoutStorage = "w3";

    private static readonly string[] Heartbeats = ["--set", $"Witness:HeartbeatDirectories:0={TestbedHost.SharedDirectory}"];

    private readonly Dictionary<string, TestbedHost> _hosts = [];
    private readonly Dictionary<string, RunningProgram> _agents = [];
    private Installation? _installation;

    internal Installation Installation => _installation ?? throw new InvalidOperationException("the hosts are not up");

    /// <summary>Address of the collector, as the hosts see it.</summary>
    internal static string CollectorAddress => Bridge.ToString();

    internal TestbedHost this[string name] => _hosts[name];

    public async ValueTask InitializeAsync()
    {
        foreach (string name in new[] { "w1", "w2", "w3" })
        {
            _hosts[name] = await TestbedHost.StartAsync(name, TestContext.Current.CancellationToken);
        }

        _installation = new Installation(Bridge);
        await _installation.StartCollectorAsync("--Liveness:SilenceLimit=4s");
        foreach (string name in _hosts.Keys)
        {
            await StartAgentAsync(name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_installation is not null)
        {
            await _installation.DisposeAsync();
        }

        foreach (TestbedHost host in _hosts.Values)
        {
            await host.DisposeAsync();
        }
    }

    internal async Task StartAgentAsync(string name) =>
        _agents[name] = await Installation.StartAgentAsync(_hosts[name], ["--set", "Witness:Listen=0.0.0.0:7447", .. name == WithoutStorage ? Array.Empty<string>() : Heartbeats]);

    /// <summary>Kills the agent at once; what carried it into the host ends with it.</summary>
    internal async Task KillAgentAsync(string name)
    {
        RunningProgram.SendSignal(TestbedHost.ChildOf(_agents[name].Pid), RunningProgram.SigKill);
        await _agents[name].WaitForExitAsync(Patience);
    }

    /// <summary>Id of the newest event.</summary>
    internal async Task<long> NewestEventAsync() => (await Installation.EventsAsync("--since", "1h")).Select(e => e.Id).DefaultIfEmpty().Max();

    /// <summary>Waits for an event of a host that is newer than another one.</summary>
    internal async Task<SeenEvent> ToldAsync(string host, string kind, long after)
    {
        SeenEvent? told = null;
        await Eventually.HoldsAsync(Patience, async () =>
        {
            SeenEvent[] events = [.. (await Installation.EventsAsync("--since", "1h")).Where(e => e.Id > after)];
            told = events.FirstOrDefault(e => e.Host == host && e.Kind == kind);
            return told is not null ? null : $"no {kind} of {host}, but: {string.Join(", ", events.Select(e => $"{e.Host} {e.Kind}"))}";
        });
        return told!;
    }

    /// <summary>Verdicts on hosts since an event, as "host kind".</summary>
    internal async Task<string[]> VerdictsAsync(long after) =>
    [
        .. (await Installation.EventsAsync("--since", "1h")).Where(e => e.Id > after && (e.Kind is "host-lost" or "host-partitioned" or "agent-dead"))
            .Select(e => $"{e.Host} {e.Kind}"),
    ];
}
