using System.Text;

namespace VirtAgents.Cli.Completion;

/// <summary>Completion for fish.</summary>
internal static class FishScript
{
    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder("# fish completion for virtctl. Load it with: virtctl completion fish | source\ncomplete -c virtctl -f\n");
        foreach (var option in model.Common)
        {
            WriteSymbol(script, option, "");
        }

        foreach (var command in model.Commands)
        {
            WriteCommand(script, command, "__fish_use_subcommand", "__fish_seen_subcommand_from " + command.Name);
        }

        return script.ToString();
    }

    private static void WriteCommand(StringBuilder script, CompletedCommand command, string before, string seen)
    {
        script.Append("complete -c virtctl -n ").Append(Quote(before)).Append(" -a ").Append(command.Name).Append(" -d ").Append(Quote(command.Description)).Append('\n');
        var none = command.Commands.Count == 0 ? seen : seen + "; and not __fish_seen_subcommand_from " + string.Join(' ', command.Commands.Select(below => below.Name));
        var condition = " -n " + Quote(none);
        foreach (var option in command.Options)
        {
            WriteSymbol(script, option, condition);
        }

        foreach (var values in command.Arguments.Select(Values).Where(values => values.Length > 0))
        {
            script.Append("complete -c virtctl").Append(condition).Append(values).Append('\n');
        }

        foreach (var below in command.Commands)
        {
            WriteCommand(script, below, none, seen + "; and __fish_seen_subcommand_from " + below.Name);
        }
    }

    private static void WriteSymbol(StringBuilder script, CompletedSymbol option, string condition)
    {
        script.Append("complete -c virtctl").Append(condition);
        foreach (var name in option.Names)
        {
            script.Append(name.StartsWith("--", StringComparison.Ordinal) ? " -l " : " -s ").Append(name.TrimStart('-'));
        }

        if (option.TakesValue)
        {
            script.Append(option.Source == ValueSource.File ? " -r" : " -x").Append(Values(option));
        }

        script.Append(" -d ").Append(Quote(option.Description)).Append('\n');
    }

    private static string Values(CompletedSymbol symbol) => symbol.Source switch
    {
        ValueSource.Listed => " -a " + Quote(string.Join(' ', symbol.Values)),
        ValueSource.CommaList => " -a " + Quote("(__fish_append , " + string.Join(' ', symbol.Values) + ")"),
        ValueSource.File => " -F",
        _ when CompletionModel.NamesOf(symbol.Source) is { } names => " -a " + Quote($"(virtctl __names {names} 2>/dev/null </dev/null)"),
        _ => "",
    };

    private static string Quote(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
