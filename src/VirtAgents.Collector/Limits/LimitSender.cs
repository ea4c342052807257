using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Limits;

/// <summary>One limit to set, change or take back.</summary>
/// <param name="Id">Identity of the directive.</param>
/// <param name="Owner">Actor of the directive, such as <c>share:uplink</c>.</param>
/// <param name="Resource">What is limited.</param>
/// <param name="Vm">The VM.</param>
/// <param name="Device">Interface or disk; empty = the VM as a whole.</param>
/// <param name="Amount">The limit; 0 = take it back.</param>
/// <param name="Before">What has to be in force; 0 = none.</param>
/// <param name="Reason">Why.</param>
internal sealed record LimitOrder(Guid Id, string Owner, LimitedResource Resource, VmId Vm, string Device, long Amount, long Before, string Reason)
{
    /// <summary>When it is taken back at the latest, from now; null = never.</summary>
    public TimeSpan? Expiry { get; init; }
}

/// <summary>Sends directives of limits. Each is recorded in one transaction with what is kept of the limit, so that none is set that would be forgotten.</summary>
internal sealed partial class LimitSender(DirectiveLedger ledger, DirectiveLinks links, ILogger<LimitSender> log)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Sends one; false = it was not recorded: its VM is not there, nothing may be sent now, or what is kept of it has changed.</summary>
    public async Task<bool> SendAsync(LimitOrder order, HostView host, Func<ControlContext, Task<bool>> beside, CancellationToken cancellationToken)
    {
        if (host.Vms.FirstOrDefault(v => v.Info.Id == order.Vm) is not { } view)
        {
            return false;
        }

        LimitForm form = LimitForm.Of(order.Resource);
        string effect = order.Amount == 0 ? $"{view.Info.Name} has no limit of ours any more" : $"{view.Info.Name} gets at most {form.Describe(order.Amount)}";
        DirectiveDraft draft = new(
            order.Id, DirectiveCatalogue.Find(form.Directive)!, new(host.Host, view.Info), form.Parameters(order.Device, order.Amount, order.Before, order.Expiry),
            order.Reason, order.Owner, effect, Deadline, IsDryRun: false);
        if ((await ledger.RecordAsync(draft, cancellationToken, beside)).Result != RecordingResult.New)
        {
            return false;
        }

        links.Wake(host.Host.Id);
        LogSent(order.Owner, view.Info.Name, host.Host.Name, order.Amount, form.Unit, order.Reason, order.Id);
        return true;
    }

    [LoggerMessage(2170, LogLevel.Information, "{Owner} limits {Vm} on {Host} to {Amount} {Unit} (0 = no more): {Why}; directive {Directive}")]
    private partial void LogSent(string owner, string vm, string host, long amount, string unit, string why, Guid directive);
}
