using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Witnesses;

/// <summary>An agent that beats, and answers questions after other hosts as the test says.</summary>
internal sealed class WitnessAgent : IAsyncDisposable
{
    private readonly AgentUnderTest _agent;
    private readonly Func<Guid, ProbeOutcome> _sees;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly List<ProbeHost> _asked = [];
    private Task _running = Task.CompletedTask;
    private long _beat;

    private WitnessAgent(AgentUnderTest agent, Func<Guid, ProbeOutcome> sees) => (_agent, _sees) = (agent, sees);

    /// <summary>Whether it reads a heartbeat that moves, of whatever host it is asked after.</summary>
    public bool ReadsHeartbeats { get; init; }

    /// <summary>Questions so far, by the host that was asked after.</summary>
    public ProbeHost[] AskedAfter(AgentUnderTest host)
    {
        lock (_asked)
        {
            return [.. _asked.Where(q => q.HostId.Equals(WireGuid.ToWire(host.Info.Id.Value)))];
        }
    }

    /// <summary>Opens the stream of a host of a number; it sees what it is told for each host id.</summary>
    public static async Task<WitnessAgent> StartAsync(RunningCollector collector, int number, Func<Guid, ProbeOutcome> sees, bool canProbe = true, bool readsHeartbeats = false)
    {
        AgentUnderTest agent = collector.Agent(number);
        agent.Introduce = hello => (hello.CanProbe, hello.WitnessPort) = (canProbe, canProbe ? 7447u : 0);
        await agent.OpenAsync();
        WitnessAgent witness = new(agent, sees) { ReadsHeartbeats = readsHeartbeats };
        witness._running = Task.WhenAll(witness.BeatAsync(), witness.AnswerAsync());
        return witness;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _agent.Dispose();
        await _running.WaitAsync(RunningCollector.Patience);
        _sending.Dispose();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            using PeriodicTimer beat = new(TimeSpan.FromMilliseconds(100));
            while (await beat.WaitForNextTickAsync(_stop.Token))
            {
                await SendAsync(new() { Heartbeat = new() { TimeUnixMs = 1 } });
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                if ((await _agent.NextAsync()).ProbeHost is { } question)
                {
                    await AnswerAsync(question);
                }
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(ProbeHost question)
    {
        lock (_asked)
        {
            _asked.Add(question);
        }

        Assert.True(WireGuid.TryRead(question.HostId, out Guid host));
        ulong beat = ReadsHeartbeats && question.ReadHeartbeat ? (ulong)++_beat : 0;
        await SendAsync(new() { ProbeResult = new() { ProbeId = question.ProbeId, Outcome = _sees(host), HeartbeatSequence = beat } });
    }

    private async Task SendAsync(AgentMessage message)
    {
        await _sending.WaitAsync(_stop.Token);
        try
        {
            await _agent.SendAsync(message);
        }
        finally
        {
            _sending.Release();
        }
    }
}
