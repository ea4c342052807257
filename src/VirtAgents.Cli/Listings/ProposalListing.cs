using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of proposals.</summary>
internal static class ProposalListing
{
    public static IReadOnlyList<Column<ProposalRecord>> At(DateTimeOffset now) =>
    [
        Columns.Text<ProposalRecord>("id", "ID", record => record.Id),
        Columns.Text<ProposalRecord>("state", "STATE", record => EnumNames.Proposals.Of(record.State)),
        new() { Key = "directive", Header = "DIRECTIVE", Value = record => Datum.Text(record.Directive), Text = record => string.Join(' ', ParametersOf(record).Prepend(record.Directive)) },
        Columns.Data<ProposalRecord>("parameters", record => Datum.List(ParametersOf(record))),
        Columns.Text<ProposalRecord>("vm", "VM", record => record.Vm),
        Columns.Data<ProposalRecord>("vm_id", record => Datum.Text(record.VmId)),
        Columns.Text<ProposalRecord>("host", "HOST", record => record.Host, rank: 2),
        Columns.Data<ProposalRecord>("finding", record => Datum.Text(EnumNames.Findings.OrNull(record.Finding))),
        Columns.Data<ProposalRecord>("rule", record => Datum.Text(record.Rule)),
        Columns.Shown<ProposalRecord>("AGE", record => Instants.Age(record.ProposedUnixMs, now), rank: 1, alignRight: true),
        Columns.Data<ProposalRecord>("proposed", record => Datum.Time(record.ProposedUnixMs)),
        Columns.Data<ProposalRecord>("expires", record => Datum.Time(record.ExpiresUnixMs)),
        Columns.Data<ProposalRecord>("ended", record => Datum.Time(record.EndedUnixMs)),
        Columns.Text<ProposalRecord>("actor", "BY", record => record.Actor, rank: 3),
        Columns.Data<ProposalRecord>("note", record => Datum.Text(record.Note)),
        Columns.Data<ProposalRecord>("directive_id", record => Datum.Text(record.DirectiveId)),
        Columns.Data<ProposalRecord>("incident_id", record => Datum.Text(record.IncidentId)),
        Columns.Text<ProposalRecord>("why", "WHY", record => record.Why, rank: 4),
    ];

    private static IEnumerable<string> ParametersOf(ProposalRecord record) =>
        record.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + "=" + pair.Value);
}
