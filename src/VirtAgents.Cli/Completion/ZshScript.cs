using System.Text;

namespace VirtAgents.Cli.Completion;

/// <summary>Completion for zsh, on its own _arguments.</summary>
internal static class ZshScript
{
    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder(Head);
        script.Append("_virtctl() {\n  local curcontext=\"$curcontext\" state line\n  typeset -A opt_args\n  local -a common commands\n  common=(\n");
        foreach (var option in model.Common)
        {
            script.Append("    ").Append(Specification(option)).Append('\n');
        }

        script.Append("  )\n  commands=(\n");
        foreach (var command in model.Commands)
        {
            script.Append("    ").Append(Described(command)).Append('\n');
        }

        script.Append("  )\n  _arguments -C $common '1: :->command' '*:: :->rest'\n  case $state in\n");
        script.Append("    command) _describe -t commands 'virtctl command' commands ;;\n    rest)\n      case $words[1] in\n");
        foreach (var command in model.Commands)
        {
            WriteCommand(script, command);
        }

        return script.Append("      esac ;;\n  esac\n}\n").Append(Tail).ToString();
    }

    private static void WriteCommand(StringBuilder script, CompletedCommand command)
    {
        script.Append("        ").Append(command.Name).Append(") ");
        if (command.Commands.Count > 0)
        {
            WriteGroup(script, command);
        }
        else
        {
            WriteArguments(script, command);
        }
    }

    private static void WriteArguments(StringBuilder script, CompletedCommand command)
    {
        script.Append("_arguments $common");
        foreach (var option in command.Options)
        {
            script.Append(" \\\n          ").Append(Specification(option));
        }

        for (var i = 0; i < command.Arguments.Count; i++)
        {
            script.Append(" \\\n          ").Append(Quote($"{(command.Arguments[i].IsRepeated ? "*" : $"{i + 1}")}:{command.Arguments[i].Names[0]}{Action(command.Arguments[i])}"));
        }

        script.Append(" ;;\n");
    }

    // The first word decides: one of the commands below, or what the group itself takes.
    private static void WriteGroup(StringBuilder script, CompletedCommand group)
    {
        script.Append("_arguments -C $common '1: :->below' '*:: :->belowrest'\n        case $state in\n          below)\n            commands=(\n");
        foreach (var command in group.Commands)
        {
            script.Append("              ").Append(Described(command)).Append('\n');
        }

        script.Append("            )\n            _describe -t commands 'command' commands");
        foreach (var source in group.Arguments.Select(argument => CompletionModel.NamesOf(argument.Source)).OfType<string>())
        {
            script.Append("\n            _virtctl_names ").Append(source);
        }

        script.Append(" ;;\n          belowrest)\n            case $words[1] in\n");
        foreach (var command in group.Commands)
        {
            WriteCommand(script, command);
        }

        script.Append("        *) ");
        WriteArguments(script, group with { Arguments = [] });
        script.Append("            esac ;;\n        esac ;;\n");
    }

    private static string Described(CompletedCommand command) =>
        Quote(command.Name + ":" + command.Description.Replace(":", "\\:", StringComparison.Ordinal));

    private static string Specification(CompletedSymbol option)
    {
        var value = option.TakesValue ? ":" + option.Names[0].TrimStart('-') + Action(option) : "";
        var text = "[" + Escape(option.Description) + "]" + value;
        return option.Names.Count == 1
            ? Quote((option.Source == ValueSource.CommaList ? "*" : "") + option.Names[0] + text)
            : "'(" + string.Join(' ', option.Names) + ")'{" + string.Join(',', option.Names) + "}" + Quote(text);
    }

    private static string Action(CompletedSymbol symbol) => ":" + symbol.Source switch
    {
        ValueSource.Listed => "(" + string.Join(' ', symbol.Values) + ")",
        ValueSource.CommaList => "_values -s , " + symbol.Names[0].TrimStart('-') + " " + string.Join(' ', symbol.Values),
        ValueSource.File => "_files",
        _ when CompletionModel.NamesOf(symbol.Source) is { } names => "_virtctl_names " + names,
        _ => " ",
    };

    private static string Escape(string text) =>
        text.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private const string Head =
        """
        #compdef virtctl
        # zsh completion for virtctl. Load it with: source <(virtctl completion zsh)
        _virtctl_names() {
          local -a names
          names=(${(f)"$(virtctl __names $1 2>/dev/null </dev/null)"})
          compadd -a names
        }

        """;

    private const string Tail =
        """
        if [[ $funcstack[1] == _virtctl ]]; then
          _virtctl "$@"
        else
          compdef _virtctl virtctl
        fi

        """;
}
