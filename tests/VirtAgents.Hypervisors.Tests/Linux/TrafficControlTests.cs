using System.Diagnostics;
using System.Runtime.InteropServices;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

/// <summary>The kernel's own traffic control, on an interface in a network namespace of the test; tc is asked what is there.</summary>
[Trait("needs", "network")]
public sealed partial class TrafficControlTests
{
    private const int NewNetwork = 0x40000000;

    [Theory]
    [InlineData(1)]
    [InlineData(1_250_000)]
    [InlineData(10_000_000_000)]
    public Task SetRate_ThenNone_IsReadBackAndSeenByTc(long rate) => InNetworkAsync(() =>
    {
        Assert.Equal(0, TrafficControl.RateOf("t0", out _));
        TrafficControl.SetRate("t0", rate);
        Assert.Equal(rate, TrafficControl.RateOf("t0", out _));
        Assert.Contains("tbf", Run("tc", "qdisc", "show", "dev", "t0"), StringComparison.Ordinal);
        TrafficControl.SetRate("t0", rate + 1);
        Assert.Equal(rate + 1, TrafficControl.RateOf("t0", out _));
        TrafficControl.SetRate("t0", 0);
        Assert.Equal(0, TrafficControl.RateOf("t0", out string? foreign));
        Assert.Null(foreign);
        Assert.DoesNotContain("tbf", Run("tc", "qdisc", "show", "dev", "t0"), StringComparison.Ordinal);
    });

    [Fact]
    public Task RateOf_SomebodyElsesDiscipline_IsToldAndNotTakenForALimit() => InNetworkAsync(() =>
    {
        Run("tc", "qdisc", "add", "dev", "t0", "root", "handle", "1:", "htb");
        Assert.Equal((0, "htb"), (TrafficControl.RateOf("t0", out string? foreign), foreign));
        TrafficControl.SetRate("t0", 0);
        Assert.Contains("htb", Run("tc", "qdisc", "show", "dev", "t0"), StringComparison.Ordinal);
    });

    [Fact]
    public Task RateOf_NoSuchInterface_Throws() => InNetworkAsync(() => Assert.Throws<System.ComponentModel.Win32Exception>(() => TrafficControl.RateOf("t1", out _)));

    /// <summary>Runs on a thread that is alone in a new network; what it starts is there too.</summary>
    private static Task InNetworkAsync(Action test)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Assert.Equal(0, unshare(NewNetwork));
                Run("ip", "tuntap", "add", "t0", "mode", "tap");
                test();
                done.SetResult();
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
        });
        thread.Start();
        return done.Task;
    }

    private static string Run(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
