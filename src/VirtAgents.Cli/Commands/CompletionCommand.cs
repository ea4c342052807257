using System.CommandLine;
using VirtAgents.Cli.Completion;

namespace VirtAgents.Cli.Commands;

internal static class CompletionCommand
{
    public static Command Create(CommandBinder binder)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new CliCommand(
            "completion",
            "Prints a completion script for a shell. Needs no collector; names of hosts, VMs and metrics are asked of it while completing.",
            ("source <(virtctl completion bash)", "this session of bash"),
            ("virtctl completion bash > /etc/bash_completion.d/virtctl", "every session of bash"),
            ("virtctl completion zsh > \"${fpath[1]}/_virtctl\"", "zsh"),
            ("virtctl completion fish > ~/.config/fish/completions/virtctl.fish", "fish"))
        {
            shell,
        };
        binder.Run(command, (parse, context, _) =>
        {
            var model = CompletionModel.Of((RootCommand)parse.RootCommandResult.Command);
            context.Output.Write(parse.GetRequiredValue(shell) switch
            {
                "bash" => BashScript.Write(model),
                "zsh" => ZshScript.Write(model),
                _ => FishScript.Write(model),
            });
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
