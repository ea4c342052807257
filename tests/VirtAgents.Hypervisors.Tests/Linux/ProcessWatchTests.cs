using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public class ProcessWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly VmId Vm = new(Guid.Parse("6f0e9f9e-2f8e-4c0b-9a39-5d6a3f2c1b10"));
    private static readonly VmId OtherVm = new(Guid.Parse("0b8b7c52-9a3d-4f52-8f0a-2f9f4d3a7c11"));

    [Fact]
    public async Task Exits_KilledProcess_TellsVmPidTimeAndSignal()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));
        using ProcessWatch watch = new(time);
        using Process process = Sleeper();
        Assert.True(watch.TryWatch(process.Id, Vm, out string? problem), problem);

        process.Kill();

        ProcessExit exit = await NextAsync(watch.Exits);
        Assert.Equal(Vm, exit.Vm);
        Assert.Equal(process.Id, exit.Pid);
        Assert.Equal(1_700_000_000_123, exit.TimeUnixMs);
        Assert.Null(exit.ExitCode);
        Assert.Equal(KernelTellsExits ? 9 : null, exit.ExitSignal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Exits_ProcessThatEndsByItself_TellsItsStatus(int status)
    {
        using ProcessWatch watch = new(TimeProvider.System);
        using Process process = Start("sh", $"-c \"read line; exit {status}\"", input: true);
        Assert.True(watch.TryWatch(process.Id, Vm, out string? problem), problem);

        process.StandardInput.Close();

        ProcessExit exit = await NextAsync(watch.Exits);
        Assert.Null(exit.ExitSignal);
        Assert.Equal(KernelTellsExits ? status : null, exit.ExitCode);
    }

    [Fact]
    public async Task Exits_ManyProcessesAtOnce_TellsEachOnce()
    {
        using ProcessWatch watch = new(TimeProvider.System);
        Dictionary<VmId, Process> processes = [];
        for (int i = 1; i <= 20; i++)
        {
            VmId vm = new(new Guid(i, 0, 0, new byte[8]));
            processes.Add(vm, Sleeper());
            Assert.True(watch.TryWatch(processes[vm].Id, vm, out string? problem), problem);
        }

        foreach (Process process in processes.Values)
        {
            process.Kill();
        }

        HashSet<VmId> seen = [];
        for (int i = 0; i < processes.Count; i++)
        {
            ProcessExit exit = await NextAsync(watch.Exits);
            Assert.True(seen.Add(exit.Vm));
            Assert.Equal(processes[exit.Vm].Id, exit.Pid);
            processes[exit.Vm].Dispose();
        }

        Assert.False(watch.Exits.TryRead(out _));
        Assert.Equal(0, watch.DroppedExits);
    }

    [Fact]
    public async Task Forget_ProcessThatEndsLater_IsNotTold()
    {
        using ProcessWatch watch = new(TimeProvider.System);
        using Process forgotten = Sleeper();
        using Process watched = Sleeper();
        Assert.True(watch.TryWatch(forgotten.Id, Vm, out _));
        Assert.True(watch.TryWatch(watched.Id, OtherVm, out _));

        watch.Forget(Vm);
        forgotten.Kill();
        watched.Kill();

        Assert.Equal(OtherVm, (await NextAsync(watch.Exits)).Vm);
        watch.Dispose();
        Assert.False(watch.Exits.TryRead(out _));
    }

    [Fact]
    public async Task TryWatch_SameVmAgain_FollowsTheNewProcessOnly()
    {
        using ProcessWatch watch = new(TimeProvider.System);
        using Process old = Sleeper();
        using Process young = Sleeper();
        Assert.True(watch.TryWatch(old.Id, Vm, out _));
        Assert.True(watch.TryWatch(old.Id, Vm, out _));
        Assert.True(watch.TryWatch(young.Id, Vm, out _));

        old.Kill();
        young.Kill();

        Assert.Equal(young.Id, (await NextAsync(watch.Exits)).Pid);
        watch.Dispose();
        Assert.False(watch.Exits.TryRead(out _));
    }

    [Fact]
    public void TryWatch_NoSuchProcess_FalseWithTheReason()
    {
        using ProcessWatch watch = new(TimeProvider.System);
        Assert.False(watch.TryWatch(int.MaxValue, Vm, out string? problem));
        Assert.Contains("2147483647", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WhileWatching_CompletesExits()
    {
        ProcessWatch watch = new(TimeProvider.System);
        using Process process = Sleeper();
        Assert.True(watch.TryWatch(process.Id, Vm, out _));

        watch.Dispose();
        watch.Dispose();

        await watch.Exits.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Throws<ObjectDisposedException>(() => watch.TryWatch(process.Id, Vm, out _));
        process.Kill();
    }

    /// <summary>Linux 6.15 and later; asked of the version, not of the code under test.</summary>
    private static bool KernelTellsExits => Environment.OSVersion.Version >= new Version(6, 15);

    private static Process Sleeper() => Start("sleep", "600");

    private static Process Start(string program, string arguments, bool input = false) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = input })!;

    private static async Task<ProcessExit> NextAsync(ChannelReader<ProcessExit> exits) =>
        await exits.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
}
