using System.Diagnostics;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Completion;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("virtctl ", "hosts host vms vm pools volume top query events forecast metrics incidents incident silence remedy directive freeze unfreeze store backtest replay queue request consolidate plan plans ledger shares place simulate inject completion version")]
    [InlineData("virtctl ev", "events")]
    [InlineData("virtctl --collector http://127.0.0.1:7443 po", "pools")]
    [InlineData("virtctl -o json po", "pools")]
    [InlineData("virtctl vms --st", "--state")]
    [InlineData("virtctl vms --state cr", "crashed")]
    [InlineData("virtctl vms --state=cr", "crashed")]
    [InlineData("virtctl vms --state crashed,st", "crashed,stuck")]
    [InlineData("virtctl vms --sort c", "contention cpu")]
    [InlineData("virtctl hosts -o ", "csv json table")]
    [InlineData("virtctl hosts --output=j", "json")]
    [InlineData("virtctl completion ", "bash fish zsh")]
    [InlineData("virtctl query m --agg p9", "p95 p99")]
    [InlineData("virtctl query vm_", "vm_state")]
    [InlineData("virtctl query host_load1 vm_", "vm_state")]
    [InlineData("virtctl query m --by t", "tenant")]
    [InlineData("virtctl query m --by all --across p", "p50 p95 p99")]
    [InlineData("virtctl query m --fill ", "none null previous")]
    [InlineData("virtctl query m --ex", "--exact --explain")]
    [InlineData("virtctl vm ", "show start stop destroy reboot reset suspend resume save restore migrate resize limit db-1 web-1")]
    [InlineData("virtctl vm stop ", "db-1 web-1")]
    [InlineData("virtctl vm stop --g", "--grace")]
    [InlineData("virtctl vm web-1 --ev", "--events")]
    [InlineData("virtctl directive send sus", "suspend")]
    [InlineData("virtctl directive send suspend ", "db-1 web-1")]
    [InlineData("virtctl directive send suspend web-1 --dr", "--dry-run")]
    [InlineData("virtctl vm w", "web-1")]
    [InlineData("virtctl events --host h", "host-01")]
    [InlineData("virtctl vms --limit ", "")]
    [InlineData("virtctl directive ", "send list show watch cancel kinds")]
    [InlineData("virtctl directive --collector http://127.0.0.1:7443 ca", "cancel")]
    [InlineData("virtctl directive list --o", "--open --output")]
    [InlineData("virtctl directive list --state=exp", "expired")]
    [InlineData("virtctl directive watch --vm d", "db-1")]
    [InlineData("virtctl directive kinds mig", "migrate")]
    [InlineData("virtctl freeze ", "status")]
    [InlineData("virtctl unfreeze --output ", "csv json table")]
    [InlineData("virtctl backtest --in", "--input")]
    [InlineData("virtctl backtest -o ", "csv json table")]
    public async Task Bash_Line_IsCompleted(string line, string expected)
    {
        var words = await CompleteAsync(line);

        Assert.Equal(expected, words);
    }

    [Fact]
    public async Task Names_Odd_AreLeftOut()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Vms.Add(new Protocol.V1.Vm { Name = "$(reboot)" });
        collector.Query.Vms.Add(new Protocol.V1.Vm { Name = "new\nline" });

        Assert.Equal(new Tool.Ended(0, "db-1\nweb-1\n", ""), await collector.RunAsync("__names", "vms"));
    }

    [Fact]
    public async Task Names_NobodyThere_IsSilent() =>
        Assert.Equal(new Tool.Ended(0, "", ""), await Tool.RunAsync("__names", "vms", "--collector", "http://127.0.0.1:1"));

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task OtherShells_Script_NamesEveryCommandAndOption(string shell)
    {
        var script = (await Tool.RunAsync("completion", shell)).Output;
        var root = CliApplication.CreateRoot(new CliEnvironment { Output = TextWriter.Null, Error = TextWriter.Null, Time = TimeProvider.System, Variable = _ => null });

        foreach (var command in CommandTree.Under(root).Where(command => !command.Hidden))
        {
            Assert.Contains(command.Name, script, StringComparison.Ordinal);
            Assert.All(command.Options, option => Assert.Contains(option.Name.TrimStart('-'), script, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("__names'", script, StringComparison.Ordinal);
    }

    // The script as bash itself runs it; virtctl in it is a stand-in that answers with two names, as the tool does.
    private static async Task<string> CompleteAsync(string line)
    {
        var script = (await Tool.RunAsync("completion", "bash")).Output;
        var driver =
            $$"""
            set -u
            virtctl() { [[ $1 == __names ]] && case $2 in vms) printf 'db-1\nweb-1\n' ;; hosts) printf 'host-01\n' ;; metrics) printf 'host_load1\nvm_state\n' ;; esac; }
            {{script}}
            COMP_LINE=$1
            # As readline cuts it: at blanks, and at = and : on their own.
            COMP_WORDS=($(sed 's/[=:]\+/ & /g' <<< "$1"))
            [[ $1 == *[\ =] ]] && COMP_WORDS+=('')
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            _virtctl
            echo "${COMPREPLY[*]}"
            """;
        var start = new ProcessStartInfo("bash", ["-c", driver, "bash", line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Tool.Patience);
        Assert.Equal("", await bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Tool.Patience));
        return output.TrimEnd('\n');
    }
}
