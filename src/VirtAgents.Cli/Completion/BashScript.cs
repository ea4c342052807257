using System.Text;

namespace VirtAgents.Cli.Completion;

/// <summary>Completion for bash. Needs nothing but bash itself.</summary>
internal static class BashScript
{
    public static string Write(CompletionModel model)
    {
        var script = new StringBuilder(Head);
        var below = model.All.Where(command => command.Path != command.Name).Select(command => Quote(command.Path));
        script.Append("                    ").AppendJoin('|', below).Append(") command=\"$command ${COMP_WORDS[i]}\" at=$i; break ;;\n").Append(HeadEnd);
        script.Append("    case $command in\n");
        script.Append("        '') words='").AppendJoin(' ', model.Commands.Select(command => command.Name)).Append("' ;;\n");
        foreach (var command in model.All)
        {
            script.Append("        ").Append(Quote(command.Path)).Append(") options='").Append(NamesOf(command.Options)).Append('\'');
            WriteArguments(script, command);
            script.Append(" ;;\n");
        }

        script.Append("    esac\n    options=\"$options ").Append(NamesOf(model.Common)).Append("\"\n");
        WriteValues(script, model);
        return script.Append(Tail).ToString();
    }

    // The second argument is completed once the word after the command stands; options between the two are too rare to count.
    private static void WriteArguments(StringBuilder script, CompletedCommand command)
    {
        if (command.Arguments.Count > 0)
        {
            script.Append(Source(command.Arguments[0]));
        }

        if (command.Arguments.Count > 1)
        {
            script.Append("; ((at + 1 < COMP_CWORD)) && words=''").Append(Source(command.Arguments[1], reset: true));
        }

        if (command.Commands.Count > 0)
        {
            script.Append(" words='").AppendJoin(' ', command.Commands.Select(below => below.Name)).Append('\'');
        }
    }

    private static string Quote(string path) => "'" + path + "'";

    private static void WriteValues(StringBuilder script, CompletionModel model)
    {
        script.Append("    case $command:$previous in\n");
        foreach (var command in model.All)
        {
            foreach (var option in command.Options.Where(option => option.TakesValue))
            {
                WriteValue(script, Quote(command.Path), option);
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
            local command='' options='' words='' kind='' prefix='' word i at=0
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
                        [[ ${COMP_WORDS[i+1]-} == = ]] && ((i++))
                        ((i++))
                        # The parts of an address: scheme, colon, rest.
                        while [[ ${COMP_WORDS[i+1]-} == : ]]; do ((i += 2)); done ;;
                    -*) ;;
                    *)
                        if [[ -z $command ]]; then
                            command=${COMP_WORDS[i]} at=$i
                            continue
                        fi
                        case "$command ${COMP_WORDS[i]}" in

        """;

    private const string HeadEnd =
        """
                        esac
                        break ;;
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
