using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>One plan of the scheduler with its moves.</summary>
internal static class PlanRecordDetails
{
    public static void Write(CommandContext context, PlanRecord record) => context.Write(c => WriteJson(c, record), c => c.WriteList(ScheduleListing.Moves(c.Now), record.Moves, ""), c => WriteText(c, record));

    private static void WriteJson(CommandContext context, PlanRecord record) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, [.. ScheduleListing.Plans(context.Now).Where(column => column.Key != "moves")], record);
        json.WritePropertyName("moves");
        JsonOutput.WriteRows(json, ScheduleListing.Moves(context.Now), record.Moves);
        json.WriteEndObject();
    });

    private static void WriteText(CommandContext context, PlanRecord record)
    {
        foreach (var (name, text) in Facts(context, record).Where(fact => fact.Text.Length > 0))
        {
            context.Output.Write(TextWidth.Pad(name, 12) + SafeText.Line(text) + "\n");
        }

        context.Output.Write("\n");
        context.WriteList(ScheduleListing.Moves(context.Now), record.Moves, "");
    }

    private static IEnumerable<(string Name, string Text)> Facts(CommandContext context, PlanRecord record)
    {
        yield return ("id", record.Id);
        yield return ("state", EnumNames.Plans.Of(record.State) + (record.Detail.Length > 0 ? $": {record.Detail}" : ""));
        yield return ("for", $"{EnumNames.Goals.Of(record.Goal)}, rule '{record.Rule}'{(record.Cluster.Length > 0 ? $", cluster {record.Cluster}" : "")}");
        yield return ("because", record.Why);
        yield return ("made", Time(context, record.MadeUnixMs));
        yield return ("begun", Time(context, record.BegunUnixMs));
        yield return ("ended", Time(context, record.EndedUnixMs));
        yield return ("by", record.Actor + (record.Note.Length > 0 ? $": {record.Note}" : ""));
        yield return ("spread", FormattableString.Invariant($"{record.SpreadBefore:0.000}, expected {record.SpreadExpected:0.000}") + (record.HasSpreadAfter ? FormattableString.Invariant($", measured {record.SpreadAfter:0.000}") : ""));
    }

    private static string Time(CommandContext context, long unixMs) => unixMs == 0 ? "" : $"{Instants.Local(unixMs, context.Zone)} ({Instants.Age(unixMs, context.Now)})";
}
