using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>One request to start a VM.</summary>
internal static class RequestDetails
{
    public static void Write(CommandContext context, StartRequestRecord record) => context.Write(
        c => JsonOutput.WriteLine(c.Output, RequestListing.Requests(c.Now), record), c => c.WriteList(RequestListing.Requests(c.Now), [record], ""), c => WriteText(c, record));

    private static void WriteText(CommandContext context, StartRequestRecord record)
    {
        foreach (var (name, text) in Facts(context, record).Where(fact => fact.Text.Length > 0))
        {
            context.Output.Write(TextWidth.Pad(name, 12) + SafeText.Line(text) + "\n");
        }
    }

    private static IEnumerable<(string Name, string Text)> Facts(CommandContext context, StartRequestRecord record)
    {
        yield return ("id", record.Id);
        yield return ("state", EnumNames.Requests.Of(record.State));
        yield return ("why", record.Detail);
        yield return ("vm", $"{record.Vm} on {record.Host}{(record.Tenant.Length > 0 ? $", tenant {record.Tenant}" : "")}");
        yield return ("anywhere", record.Anywhere ? "its VM may be moved first" : "");
        yield return ("moved to", record.Target);
        yield return ("choice", record.Choice);
        yield return ("move", record.MoveDirectiveId);
        yield return ("place", record.HasPlace ? FormattableString.Invariant($"{record.Place}") : "");
        yield return ("estimate", record.HasEstimateSeconds ? Durations.Format(TimeSpan.FromSeconds(record.EstimateSeconds)) : "unknown");
        yield return ("priority", record.HasPriority ? FormattableString.Invariant($"{record.Priority}") : "");
        yield return ("not before", Time(context, record.NotBeforeUnixMs));
        yield return ("deadline", Time(context, record.DeadlineUnixMs));
        yield return ("head starts", record.HasReservationUnixMs ? Time(context, record.ReservationUnixMs) : "");
        yield return ("submitted", Time(context, record.SubmittedUnixMs));
        yield return ("sent", Time(context, record.SentUnixMs));
        yield return ("running", Time(context, record.StartedUnixMs));
        yield return ("ended", Time(context, record.EndedUnixMs));
        yield return ("directive", record.DirectiveId);
        yield return ("by", record.Actor + (record.Note.Length > 0 ? $": {record.Note}" : ""));
    }

    private static string Time(CommandContext context, long unixMs) => unixMs == 0 ? "" : Instants.Local(unixMs, context.Zone);
}
