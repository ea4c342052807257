using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>What becomes of the VMs of a host.</summary>
internal static class RecoveryDetails
{
    private static readonly Column<HostRecovery>[] HostData =
    [
        Columns.Data<HostRecovery>("host", host => Datum.Text(host.Host)),
        Columns.Data<HostRecovery>("host_id", host => Datum.Text(host.HostId)),
        Columns.Data<HostRecovery>("agent", host => Datum.Text(EnumNames.Agents.Of(host.Agent))),
        Columns.Data<HostRecovery>("last_report", host => Datum.Time(host.LastReportUnixMs)),
        Columns.Data<HostRecovery>("cannot_confirm", host => Datum.Text(host.CannotConfirm)),
        Columns.Data<HostRecovery>("confirmed_off", host => Datum.Flag(host.Confirmation?.Holds ?? false)),
        Columns.Data<HostRecovery>("confirmed_by", host => Datum.Text(host.Confirmation?.Actor)),
        Columns.Data<HostRecovery>("confirmed_at", host => Datum.Time(host.Confirmation?.AtUnixMs ?? 0)),
        Columns.Data<HostRecovery>("reason", host => Datum.Text(host.Confirmation?.Reason)),
        Columns.Data<HostRecovery>("ended", host => Datum.Time(host.Confirmation?.EndedUnixMs ?? 0)),
        Columns.Data<HostRecovery>("end_reason", host => Datum.Text(host.Confirmation?.EndReason)),
    ];

    private static readonly Column<RecoveryVm>[] Vms =
    [
        Columns.Text<RecoveryVm>("vm", "VM", vm => vm.Vm),
        Columns.Data<RecoveryVm>("vm_id", vm => Datum.Text(vm.VmId)),
        Columns.Text<RecoveryVm>("last_seen", "LAST SEEN", vm => EnumNames.States.Of(vm.LastSeen)),
        Columns.Text<RecoveryVm>("decision", "DECISION", vm => EnumNames.Recoveries.Of(vm.Decision)),
        Columns.Text<RecoveryVm>("target", "TARGET", vm => vm.Target, rank: 1),
        Columns.Text<RecoveryVm>("state", "DIRECTIVE", vm => vm.State == DirectiveStage.Unspecified ? "" : EnumNames.Stages.Of(vm.State), rank: 2),
        Columns.Data<RecoveryVm>("directive_id", vm => Datum.Text(vm.DirectiveId)),
        Columns.Data<RecoveryVm>("sent", vm => Datum.Time(vm.SentUnixMs)),
        Columns.Text<RecoveryVm>("why", "WHY", vm => vm.Why, rank: 3),
    ];

    public static void Write(CommandContext context, HostRecovery recovery) => context.Write(
        c => WriteJson(c, recovery),
        c =>
        {
            CsvWriter.WriteHead(c.Output, Vms);
            foreach (var vm in recovery.Vms)
            {
                CsvWriter.WriteRow(c.Output, Vms, vm);
            }
        },
        c => WriteText(c, recovery));

    /// <summary>When it was heard last.</summary>
    public static string HeardOf(CommandContext context, HostRecovery recovery) =>
        recovery.LastReportUnixMs == 0 ? "never" : $"{Instants.Local(recovery.LastReportUnixMs, context.Zone)} ({Instants.Age(recovery.LastReportUnixMs, context.Now)} ago)";

    private static void WriteJson(CommandContext context, HostRecovery recovery) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, HostData, recovery);
        json.WritePropertyName("vms");
        JsonOutput.WriteRows(json, Vms, recovery.Vms);
        json.WriteEndObject();
    });

    private static void WriteText(CommandContext context, HostRecovery recovery)
    {
        context.Output.Write(SafeText.Line($"Host {recovery.Host}, last heard {HeardOf(context, recovery)}, {ConfirmationOf(context, recovery.Confirmation)}.") + "\n");
        if (recovery.CannotConfirm.Length > 0 && recovery.Confirmation?.Holds != true)
        {
            context.Output.Write(SafeText.Line($"It cannot be confirmed to be off: {recovery.CannotConfirm}.") + "\n");
        }

        context.WriteTable(Vms, recovery.Vms, "it had no VMs.");
    }

    private static string ConfirmationOf(CommandContext context, OffConfirmation? confirmation) => confirmation switch
    {
        null => "not confirmed to be off",
        { Holds: true } => $"confirmed to be off by {confirmation.Actor} at {Instants.Local(confirmation.AtUnixMs, context.Zone)}: {confirmation.Reason}",
        _ => $"no longer confirmed to be off since {Instants.Local(confirmation.EndedUnixMs, context.Zone)}: {confirmation.EndReason}",
    };
}
