using System.CommandLine;
using System.Text;

namespace VirtAgents.Cli.Tests.Commands;

/// <summary>docs/virtctl.md as it follows from the commands.</summary>
internal static class Reference
{
    public static RootCommand Root() =>
        CliApplication.CreateRoot(new CliEnvironment { Output = TextWriter.Null, Error = TextWriter.Null, Time = TimeProvider.System, Variable = _ => null });

    public static string Write(RootCommand root)
    {
        var text = new StringBuilder("# virtctl\n\n<!-- Generated from the commands: run the tests of the tool with VIRTAGENTS_REWRITE_DOCS=1 to write it anew. -->\n\n");
        text.Append(root.Description).Append(" Names and UUIDs are both accepted wherever a host or VM is named.\n\n");
        text.Append("Tables are for people: human units, times in local time, a dash for what is unknown. On a terminal they are boxed and leave out\n");
        text.Append("columns that have no room; into a file or pipe they come plain and whole. `-o json` and `-o csv` are for programs: every field, base units\n");
        text.Append("(named in the keys), times in UTC, `null` or an empty field for what is unknown. Unknown is never shown as 0.\n\n## Options of every command\n\n");
        WriteOptions(text, root.Options);
        foreach (var command in CommandTree.Under(root).OfType<CliCommand>().Where(command => !command.Hidden))
        {
            WriteCommand(text, command);
        }

        text.Append("## Exit codes\n\n| Code | Meaning |\n|---|---|\n");
        foreach (var (code, meaning) in HelpWithExamples.ExitCodes)
        {
            text.Append("| ").Append((int)code).Append(" | ").Append(meaning).Append(" |\n");
        }

        return text.ToString();
    }

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VirtAgents.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }

    private static void WriteCommand(StringBuilder text, CliCommand command)
    {
        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : " " + argument.Name + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : ""));
        text.Append("## ").Append(CommandTree.LineOf(command)).AppendJoin("", arguments).Append("\n\n").Append(command.Description).Append("\n\n");
        foreach (var argument in command.Arguments)
        {
            text.Append("- `").Append(argument.Name).Append("`: ").Append(argument.Description).Append('\n');
        }

        text.Append(command.Arguments.Count > 0 ? "\n" : "");
        WriteOptions(text, command.Options);
        text.Append("```sh\n");
        foreach (var (line, meaning) in command.Examples)
        {
            text.Append("# ").Append(meaning).Append('\n').Append(line).Append('\n');
        }

        text.Append("```\n\n");
        foreach (var remark in command.Remarks)
        {
            text.Append(remark).Append("\n\n");
        }
    }

    private static void WriteOptions(StringBuilder text, IList<Option> options)
    {
        if (options.Count == 0)
        {
            return;
        }

        text.Append("| Option | Meaning |\n|---|---|\n");
        foreach (var option in options)
        {
            var names = option.Aliases.Where(alias => alias is not ("/?" or "/h" or "-?")).Append(option.Name).OrderBy(name => name.Length);
            var value = option.ValueType == typeof(bool) || option.HelpName is null ? "" : " " + option.HelpName;
            text.Append("| `").AppendJoin(", ", names).Append(value.Replace("|", "\\|", StringComparison.Ordinal)).Append("` | ").Append(option.Description).Append(" |\n");
        }

        text.Append('\n');
    }
}
