using System.CommandLine;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Planning;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;

namespace VirtAgents.Cli.Commands;

internal static class PlaceCommand
{
    private static readonly Column<PlacementDecision>[] Columns =
    [
        Output.Columns.Text<PlacementDecision>("host", "HOST", decision => decision.Host),
        Output.Columns.Text<PlacementDecision>("pool", "POOL", decision => decision.Pool),
        Output.Columns.Number<PlacementDecision>("score", "SCORE", decision => Datum.Of(decision.Score), Formatting.Units.Number),
        Output.Columns.Text<PlacementDecision>("second_best", "SECOND BEST", decision => decision.SecondBest),
        Output.Columns.Data<PlacementDecision>("second_score", decision => Datum.Of(decision.SecondScore)),
        Output.Columns.Text<PlacementDecision>("reason", "REASON", decision => decision.Reason),
    ];

    private static readonly Column<KeyValuePair<Obstacle, int>>[] RejectedColumns =
    [
        Output.Columns.Text<KeyValuePair<Obstacle, int>>("reason", "REFUSED BY", rejected => ObstacleNames.Of(rejected.Key)),
        Output.Columns.Number<KeyValuePair<Obstacle, int>>("hosts", "HOSTS", rejected => Datum.Whole(rejected.Value), Formatting.Units.Number),
    ];

    public static Command Create(CommandBinder binder)
    {
        var cluster = new Argument<string>("cluster") { Description = "File of the form vcluster/1.", HelpName = "CLUSTER.json" };
        var vm = new Option<string>("--vm") { Description = "File with the VM, in the form of one of the VMs of the cluster; host and id are not needed.", HelpName = "SPEC.json", Required = true };
        var command = new CliCommand(
            "place",
            "Chooses the host for a new VM of a cluster in a file, and says why the others are not it. Nothing is carried out.",
            ("virtctl place cluster.json --vm vm.json", "the host, the next best, and why others are refused"),
            ("virtctl place cluster.json --vm vm.json -o json | jq -r .host", "only the host, for a script"))
        {
            Remarks =
            [
                "docs/planning.md tells the form of the files.",
                "Ends with 0 when there is a host, with 2 when none takes the VM (the reasons are told), with 1 when a file is wrong.",
            ],
        };
        command.Add(cluster);
        command.Add(vm);
        binder.Run(command, (parse, context, _) => Task.FromResult(Run(context, parse.GetRequiredValue(cluster), parse.GetRequiredValue(vm))));
        return command;
    }

    private static ExitCode Run(CommandContext context, string clusterFile, string vmFile)
    {
        var cluster = ClusterFile.Read(clusterFile);
        var decision = new Placer(cluster).Place(ClusterFile.ReadVm(vmFile, cluster));
        context.Write(json => WriteJson(json, decision), csv => csv.WriteList(Columns, [decision], ""), text => WriteText(text, decision));
        return decision.Host is null ? ExitCode.Usage : ExitCode.Success;
    }

    private static void WriteText(CommandContext context, PlacementDecision decision)
    {
        context.WriteTable(Columns, [decision], "");
        if (decision.Rejected.Count > 0)
        {
            context.WriteHeading("Hosts that are refused");
            context.WriteTable(RejectedColumns, [.. decision.Rejected], "");
        }
    }

    private static void WriteJson(CommandContext context, PlacementDecision decision) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, Columns, decision);
        json.WriteStartObject("rejected");
        foreach (var (obstacle, hosts) in decision.Rejected)
        {
            json.WriteNumber(ObstacleNames.Of(obstacle), hosts);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });
}
