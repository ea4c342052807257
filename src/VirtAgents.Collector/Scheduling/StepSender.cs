using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using AgentStatus = VirtAgents.Protocol.V1.AgentStatus;

namespace VirtAgents.Collector.Scheduling;

/// <summary>
/// Sends the directive of a move. It is recorded in one transaction with the mark that it was sent, so that no move is begun twice,
/// whenever the collector dies.
/// </summary>
internal sealed partial class StepSender(DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<StepSender> log)
{
    private const double TimeAllowedFor = 10;
    private const int LeastSeconds = 300, MostSeconds = 86_400;

    private static readonly DirectiveDefinition Migrate = DirectiveCatalogue.Find(DirectiveKind.Migrate)!;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Sends it.</summary>
    /// <returns>Why it was not sent; null = it was.</returns>
    public async Task<string?> SendAsync(PlanRow plan, PlanStepRow step, HostView from, HostView? to, SchedulePolicy policy, CancellationToken cancellationToken)
    {
        if (from.Vms.FirstOrDefault(v => v.Info.Id.Value == step.VmId) is not { } vm)
        {
            return $"{from.Host.Name} does not have the VM any more";
        }

        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        LoadPair loads = new(LoadOf(from), LoadOf(to));
        DirectiveDraft draft = new(
            id, Migrate, new(from.Host, vm.Info), ParametersOf(step, policy.AddressOf(to?.Host.Name ?? step.ToName)), $"{plan.Why}; {step.Reason}; plan {plan.Id}", $"schedule:{plan.Rule}",
            string.Create(CultureInfo.InvariantCulture, $"{step.VmName} runs on {step.ToName} after {step.ExpectedSeconds:0.#} s; the spread of load falls from {plan.SpreadBefore:0.000} to {plan.SpreadExpected:0.000} with the whole plan"),
            Deadline, IsDryRun: false);
        Recording recording = await ledger.RecordAsync(
            draft, cancellationToken, context => PlanStore.TrySendAsync(context, step, id, loads, time.GetUtcNow().ToUnixTimeMilliseconds()));
        if (recording.Result != RecordingResult.New)
        {
            return recording.Result switch
            {
                RecordingResult.Frozen => $"acting is frozen by {recording.Freeze!.Actor}: {recording.Freeze.Reason}",
                RecordingResult.Overtaken => "it is not to be begun any more",
                _ => "its host has too many directives that have not ended",
            };
        }

        links.Wake(from.Host.Id);
        LogSent(plan.Rule, step.VmName, step.FromName, step.ToName, id);
        return null;
    }

    /// <summary>CPU in use on a host, share 0 to 1; null = unknown.</summary>
    public static double? LoadOf(HostView? host) => host is { Agent: AgentStatus.Connected, Figures.CpuPercent: { } percent } ? percent / 100 : null;

    private static ImmutableSortedDictionary<string, string> ParametersOf(PlanStepRow step, string address)
    {
        double seconds = Math.Clamp(step.ExpectedSeconds * TimeAllowedFor, LeastSeconds, MostSeconds);
        return ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add("destination", address)
            .Add("timeout_seconds", ((int)seconds).ToString(CultureInfo.InvariantCulture));
    }

    [LoggerMessage(2142, LogLevel.Warning, "Rule {Rule} moves {Vm} from {From} to {To}: directive {Id}")]
    private partial void LogSent(string rule, string vm, string from, string to, Guid id);
}
