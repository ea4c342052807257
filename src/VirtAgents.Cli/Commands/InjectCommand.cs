using System.CommandLine;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Simulating;

namespace VirtAgents.Cli.Commands;

internal static class InjectCommand
{
    private static readonly Column<string>[] Result = [Columns.Text<string>("result", "RESULT", result => result)];

    public static Command Create(CommandBinder binder)
    {
        var socket = new Argument<string>("SOCKET") { Description = "Control socket of the agent: its key Simulation:ControlSocket." };
        var step = new Argument<string>("STEP") { Description = "A step as scenario files have it, without at; see docs/scenarios.md." };
        var command = new CliCommand(
            "inject",
            "Does one step of a scenario now, in a simulation that runs. Needs no collector. Ends with 2 when there is no such step in that simulation, with 5 when it cannot be carried out now.",
            ("virtctl inject .virtagents/control.sock '{\"fault\": \"vm-crash\", \"vm\": {\"index\": 0}}'", "crash the first VM of ./run.sh"),
            ("virtctl inject .virtagents/control.sock '{\"fault\": \"partition\", \"host\": \"sim-host-002\", \"for\": \"1m\"}'", "cut off a host for a minute"))
        {
            socket,
            step,
        };
        binder.Run(command, (parse, context, cancel) => RunAsync(context, parse.GetRequiredValue(socket), parse.GetRequiredValue(step), cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string socket, string step, CancellationToken cancel)
    {
        await new SimulationControl(socket, context.Settings.Timeout, context.Environment.Time).InjectAsync(step, cancel);
        context.WriteList(Result, ["ok"], "");
        return ExitCode.Success;
    }
}
