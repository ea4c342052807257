using System.Text;

namespace VirtAgents.Cli.Completion;

/// <summary>Completion for bash. Needs nothing but bash itself.</summary>
internal static class BashScript
{
    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder(Head);
        script.Append("    case $command in\n");
        script.Append("        '') words='").AppendJoin(' ', model.Commands.Select(command => command.Name)).Append("' ;;\n");
        foreach (var command in model.Commands)
        {
            var argument = command.Argument is { } symbol ? Source(symbol) : "";
            script.Append("        ").Append(command.Name).Append(") options='").Append(NamesOf(command.Options)).Append('\'').Append(argument).Append(" ;;\n");
        }

        script.Append("    esac\n    options=\"$options ").Append(NamesOf(model.Common)).Append("\"\n");
        WriteValues(script, model);
        return script.Append(Tail).ToString();
    }

    private static void WriteValues(StringBuilder script, CompletionModel model)
    {
        script.Append("    case $command:$previous in\n");
        foreach (var command in model.Commands)
        {
            foreach (var option in command.Options.Where(option => option.TakesValue))
            {
                WriteValue(script, command.Name, option);
            }
        }

        foreach (var option in model.Common.Where(option => option.TakesValue))
        {
            WriteValue(script, "*", option);
        }

        script.Append("    esac\n");
    }

    private static void WriteValue(StringBuilder script, string command, CompletedSymbol option) =>
        script.Append("        ").AppendJoin('|', option.Names.Select(name => command + ":" + name)).Append(") options='' words=''").Append(Source(option, reset: true)).Append(" ;;\n");

    private static string Source(CompletedSymbol symbol, bool reset = false) => symbol.Source switch
    {
        ValueSource.Listed => $" words='{string.Join(' ', symbol.Values)}'" + (reset ? " kind=''" : ""),
        ValueSource.CommaList => $" words='{string.Join(' ', symbol.Values)}' kind=list",
        ValueSource.File => " kind=file",
        _ when CompletionModel.NamesOf(symbol.Source) is { } names => $" kind={names}",
        _ => reset ? " kind=none" : "",
    };

    private static string NamesOf(IEnumerable<CompletedSymbol> options) => string.Join(' ', options.SelectMany(option => option.Names));

    // Names are compared, never evaluated: compgen -W would run what a VM name in $(...) says.
    private const string Head =
        """
        # bash completion for virtctl. Load it with: source <(virtctl completion bash)
        _virtctl_names() {
            local -a where=()
            [[ $COMP_LINE =~ --collector[=\ ]+([^\ ]+) ]] && where+=(--collector "${BASH_REMATCH[1]}")
            [[ $COMP_LINE =~ --ca-file[=\ ]+([^\ ]+) ]] && where+=(--ca-file "${BASH_REMATCH[1]}")
            "${COMP_WORDS[0]}" __names "$1" "${where[@]}" 2>/dev/null </dev/null
        }
        _virtctl() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            local command='' options='' words='' kind='' prefix='' word i
            COMPREPLY=()
            # bash cuts --option=value into three words.
            if [[ $current == = ]]; then
                current=''
            elif [[ $previous == = ]]; then
                previous=${COMP_WORDS[COMP_CWORD-2]}
            fi
            for ((i = 1; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in
                    --collector|--ca-file|--output|-o|--timeout)
                        [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
                        ((i++))
                        # The parts of an address: scheme, colon, rest.
                        while [[ ${COMP_WORDS[i+1]} == : ]]; do ((i += 2)); done ;;
                    -*) ;;
                    *) command=${COMP_WORDS[i]}; break ;;
                esac
            done

        """;

    private const string Tail =
        """
            if [[ $kind == file ]]; then
                compopt -o filenames 2>/dev/null
                while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
                return
            fi
            if [[ $kind == list && $current == *,* ]]; then
                prefix=${current%,*},
            fi
            if [[ $current != -* ]]; then
                options=''
            fi
            for word in $words $options; do
                [[ $prefix$word == "$current"* ]] && COMPREPLY+=("$prefix$word")
            done
            case $kind in
                hosts|vms|metrics)
                    while IFS= read -r word; do
                        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
                    done < <(_virtctl_names "$kind") ;;
            esac
        }
        complete -F _virtctl virtctl

        """;
}
