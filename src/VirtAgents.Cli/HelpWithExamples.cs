using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VirtAgents.Cli;

/// <summary>The usual help, and below it examples and exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> ExitCodes { get; } =
    [
        (ExitCode.Success, "done; of a directive that is not waited for: recorded"),
        (ExitCode.Failure, "failed for another reason"),
        (ExitCode.Usage, "wrong usage: unknown option, value out of range, a name that several VMs have"),
        (ExitCode.Unreachable, "the collector, or the simulation, cannot be reached"),
        (ExitCode.NotFound, "no such host, VM, metric or directive"),
        (ExitCode.Refused, "refused: no permission, a limit of the collector, a directive its host refused, or a step that cannot be carried out now"),
        (ExitCode.Timeout, "no answer in time"),
        (ExitCode.DirectiveFailed, "the directive was begun and failed: what it is for was not observed"),
        (ExitCode.DirectiveExpired, "the directive was not begun before its deadline; nothing was changed"),
        (ExitCode.DirectiveCancelled, "the directive was cancelled"),
        (ExitCode.StillOpen, "the directive had not ended when the time to wait was over; it goes on"),
        (ExitCode.Unconfirmed, "not confirmed: nothing was sent; give --yes where nobody can be asked"),
        (ExitCode.Interrupted, "ended by Ctrl-C"),
    ];

    private readonly HelpAction _usual;

    private readonly bool _wasAsked;

    /// <summary>Help that was asked for comes whatever else is on the line; help for want of a command hides no mistake.</summary>
    public HelpWithExamples(int width, bool wasAsked)
    {
        _usual = new HelpAction { MaxWidth = width };
        _wasAsked = wasAsked;
    }

    public override bool ClearsParseErrors => _wasAsked;

    public override int Invoke(ParseResult parseResult)
    {
        _usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is CliCommand { Examples.Count: > 0 } command)
        {
            WriteExamples(output, command.Examples);
            foreach (var remark in command.Remarks)
            {
                output.WriteLine(remark + "\n");
            }
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            WriteExamples(output, RootExamples);
        }

        WriteExitCodes(output);
        return (int)ExitCode.Success;
    }

    public static IReadOnlyList<(string Line, string Meaning)> RootExamples { get; } =
    [
        ("virtctl hosts", "every host and how it is"),
        ("virtctl vms --sort cpu --limit 10", "the ten busiest VMs"),
        ("virtctl vms --state crashed,stuck,unknown", "VMs that need a look"),
        ("virtctl events --follow", "what happens, as it happens"),
        ("virtctl hosts --collector https://collector.example:7443 --ca-file ca.pem", "another collector, over TLS"),
    ];

    private static void WriteExamples(TextWriter output, IReadOnlyList<(string Line, string Meaning)> examples)
    {
        output.WriteLine("Examples:");
        foreach (var (line, meaning) in examples)
        {
            output.WriteLine("  # " + meaning);
            output.WriteLine("  " + line);
        }

        output.WriteLine();
    }

    private static void WriteExitCodes(TextWriter output)
    {
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCodes)
        {
            output.WriteLine($"  {(int)code,3}  {meaning}");
        }
    }
}
