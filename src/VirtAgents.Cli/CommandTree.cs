using System.CommandLine;

namespace VirtAgents.Cli;

/// <summary>Commands with those below them.</summary>
internal static class CommandTree
{
    /// <summary>Every command below one, each before those below itself.</summary>
    public static IEnumerable<Command> Under(Command top) =>
        top.Subcommands.SelectMany(command => Under(command).Prepend(command));

    /// <summary>Words that lead to a command, without the name of the tool: "directive send"; empty for the tool itself.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? "" : string.Join(' ', new[] { ParentOf(command), command.Name }.Where(word => word.Length > 0));

    /// <summary>What is typed to run a command.</summary>
    public static string LineOf(Command command) => ("virtctl " + PathOf(command)).TrimEnd(' ');

    private static string ParentOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? PathOf(parent) : "";
}
