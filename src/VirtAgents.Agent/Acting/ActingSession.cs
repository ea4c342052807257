using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Hosting;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>Acting on one host: its policy, its journal and its desk.</summary>
internal sealed partial class ActingSession : IDisposable
{
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(10);

    /// <summary>What ends within it is told before the agent stops.</summary>
    private static readonly TimeSpan StopBudget = TimeSpan.FromSeconds(2);

    private readonly DirectiveJournal _journal;
    private readonly Func<PolicyState> _policy;
    private readonly IHypervisorControl? _control;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private ActingSession(ObservedHost host, ActingOptions options, DirectiveJournal journal, string problem, TimeProvider time, ILogger logger)
    {
        (_journal, _time, _logger) = (journal, time, logger);
        _control = problem.Length == 0 ? host.Control : null;
        _policy = host.UsualPolicy is { } usual && options.Policy.Length == 0
            ? () => PolicyState.On(usual)
            : new PolicySource(options.Policy.Length > 0 ? options.Policy : PolicySource.DefaultPath, logger).Read;
        var parts = new ActingParts(
            _control,
            problem.Length > 0 ? problem : "acting is off: this agent only observes",
            _policy,
            id => host.Hypervisor.Inventory.Vms.FirstOrDefault(vm => vm.Id == id),
            journal)
        {
            Acted = host.Hypervisor.Recheck,
        };
        Desk = new DirectiveDesk(parts, time, logger);
    }

    public DirectiveDesk Desk { get; }

    /// <summary>Opens the journal. When that cannot be had the host is observed all the same, and acting is off.</summary>
    public static ActingSession Open(ObservedHost host, AgentOptions options, HostId id, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("VirtAgents.Agent.Acting");
        string? directory = DirectoryOf(host, options, id);
        try
        {
            DirectiveJournal journal = directory is null ? DirectiveJournal.InMemory(time, logger) : DirectiveJournal.Open(directory, time, logger);
            return new ActingSession(host, options.Acting, journal, "", time, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string problem = $"acting is off: the journal of directives in {directory} cannot be used: {e.Message}";
            LogNoJournal(logger, problem);
            return new ActingSession(host, options.Acting, DirectiveJournal.InMemory(time, logger), problem, time, logger);
        }
    }

    /// <summary>Finds out what the host can do, and goes on with what a former process has left.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ProbeAsync(cancellationToken);
        Desk.Start();
    }

    /// <summary>Notices a policy that changed and a hypervisor that has come, and takes back limits that are due, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Rhythm, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await ProbeAsync(cancellationToken);
            Desk.ReleaseDue();
        }
    }

    public Task StopAsync() => Desk.StopAsync(StopBudget);

    public void Dispose() => _journal.Dispose();

    private static string? DirectoryOf(ObservedHost host, AgentOptions options, HostId id) => options.Acting.Journal switch
    {
        "" => host.SpoolPath,
        { } named => options.Hypervisor == HypervisorChoice.Simulated ? Path.Combine(named, id.ToString()) : named,
    };

    /// <summary>Without a policy no connection that may act is ever opened.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (_policy().Policy is null || _control is null || _control.Support.Any(s => s.IsSupported))
        {
            return;
        }

        try
        {
            await _control.ProbeAsync(cancellationToken).WaitAsync(Rhythm, _time, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The edge of the adapter: a host that does not say what it can do is sampled all the same, and asked again.
            LogNotProbed(_logger, e.Message);
        }
    }

    [LoggerMessage(1541, LogLevel.Error, "{Problem}.")]
    private static partial void LogNoJournal(ILogger logger, string problem);

    [LoggerMessage(1542, LogLevel.Warning, "What directives this host can carry out could not be found out: {Problem}")]
    private static partial void LogNotProbed(ILogger logger, string problem);
}
