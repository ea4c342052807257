using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using VirtAgents.Cli.Output;

namespace VirtAgents.Cli.Commands;

internal static class VersionCommand
{
    public static string Version { get; } = ReadVersion();

    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand("version", "Prints the version of this tool. Needs no collector.", ("virtctl version", "the version"));
        binder.Run(command, (_, context, _) =>
        {
            if (context.Format == OutputFormat.Json)
            {
                JsonOutput.WriteDocument(context.Output, json =>
                {
                    json.WriteStartObject();
                    json.WriteString("version", Version);
                    json.WriteEndObject();
                });
            }
            else if (context.Format == OutputFormat.Csv)
            {
                CsvWriter.WriteFields(context.Output, ["version"]);
                CsvWriter.WriteFields(context.Output, [Version]);
            }
            else
            {
                context.Output.Write("virtctl " + Version + "\n");
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    // Without the build's commit, which follows a plus sign.
    private static string ReadVersion()
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return version.Split('+')[0];
    }

    /// <summary>For those who try --version.</summary>
    internal sealed class PrintAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.Write("virtctl " + Version + "\n");
            return (int)ExitCode.Success;
        }
    }
}
