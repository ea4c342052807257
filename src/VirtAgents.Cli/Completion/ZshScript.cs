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
            script.Append("    ").Append(Quote(command.Name + ":" + command.Description.Replace(":", "\\:", StringComparison.Ordinal))).Append('\n');
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
        script.Append("        ").Append(command.Name).Append(") _arguments $common");
        foreach (var option in command.Options)
        {
            script.Append(" \\\n          ").Append(Specification(option));
        }

        if (command.Argument is { } argument)
        {
            script.Append(" \\\n          ").Append(Quote("1:" + argument.Names[0] + Action(argument)));
        }

        script.Append(" ;;\n");
    }

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
