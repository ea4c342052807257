using Microsoft.Extensions.Time.Testing;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class AdapterPartsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Prepare_LibraryMissing_SaysWhatToInstall()
    {
        HypervisorUnavailableException failure = Assert.Throws<HypervisorUnavailableException>(() => LibvirtLibrary.Prepare("libnotthere.so.0"));

        Assert.Contains("libvirt0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("libnotthere.so.0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EachSettingOutOfRange_IsNamedWithItsRange()
    {
        Assert.Empty(new LibvirtOptions().Validate());
        IReadOnlyList<string> errors = new LibvirtOptions { HungAfter = TimeSpan.FromMinutes(1), EventQueueLength = 1 }.Validate();

        Assert.Equal(2, errors.Count);
        Assert.Contains("HungAfter is 00:01:00, allowed are 00:00:00.5000000 to 00:00:10", errors);
        Assert.Throws<ArgumentException>(() => new LibvirtHypervisor(new LibvirtOptions { EventQueueLength = 1 }, TimeProvider.System));
    }

    [Fact]
    public async Task CallAsync_CallDoesNotReturn_IsAbandonedUntilItDoes()
    {
        var time = new FakeTimeProvider();
        var abandoned = new AbandonedThreads(1);
        using var thread = new NativeThread("test", abandoned);
        using var release = new ManualResetEventSlim();
        using var begun = new SemaphoreSlim(0);
        var late = new LateResult();
        Task<LateResult> call = thread.CallAsync(
            () =>
            {
                _ = begun.Release();
                release.Wait(Patience);
                return late;
            },
            TimeSpan.FromSeconds(1),
            time,
            TestContext.Current.CancellationToken);
        Assert.True(await begun.WaitAsync(Patience, TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(1, abandoned.Count);
        Assert.False(abandoned.HasRoom);
        release.Set();
        await late.Disposed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => abandoned.HasRoom, Patience));
    }

    [Fact]
    public void Locator_PidFileAndCommandLine_HaveToAgree()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("locator");
        Guid uuid = Guid.NewGuid();
        AddProcess(root, 41, $"qemu\0-name\0guest=web\0-uuid\0{uuid:D}\0-m\0");
        AddProcess(root, 42, "bash\0");
        var locator = new QemuProcessLocator(new LinuxRoots(Proc: $"{root}/proc"), $"{root}/run");
        Assert.Equal(41, locator.Find(uuid, "web"));
        Directory.CreateDirectory($"{root}/run/libvirt/qemu");
        File.WriteAllText($"{root}/run/libvirt/qemu/web.pid", "42\n");
        Assert.Equal(41, locator.Find(uuid, "web")); // the pid file is of a process that is gone
        File.WriteAllText($"{root}/run/libvirt/qemu/web.pid", "41\n");
        Assert.Equal(41, locator.Find(uuid, "web"));
        Assert.Null(locator.Find(Guid.NewGuid(), "web"));
        root.Delete(recursive: true);
    }

    [Fact]
    public void FindUri_Sockets_MonolithicBeforeModularAndNullWithoutAny()
    {
        DirectoryInfo run = Directory.CreateTempSubdirectory("run");
        Assert.Null(LibvirtSockets.FindUri(run.FullName));
        Directory.CreateDirectory($"{run}/libvirt");
        File.WriteAllText($"{run}/libvirt/virtqemud-sock-ro", "");
        Assert.EndsWith("virtqemud-sock-ro", LibvirtSockets.FindUri(run.FullName), StringComparison.Ordinal);
        File.WriteAllText($"{run}/libvirt/libvirt-sock-ro", "");
        Assert.EndsWith("/libvirt-sock-ro", LibvirtSockets.FindUri(run.FullName), StringComparison.Ordinal);
        run.Delete(recursive: true);
    }

    [Fact]
    public void StuckVms_OccupiedLongEnough_IsToldOnceAndHealsOnce()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(1));
        var queue = new EventQueue(16);
        var stuck = new StuckVms(TimeSpan.FromSeconds(5), time, queue, new HostModel());
        Guid vm = Guid.NewGuid();
        Assert.False(stuck.Judge(vm, Info(2, 4999)));
        Assert.True(stuck.Judge(vm, Info(2, 5000)));
        Assert.True(stuck.Judge(vm, Info(2, 9000)));
        Assert.Equal(3_595_000, stuck.Since(vm));
        Assert.False(stuck.Judge(vm, Info(0, 0)));
        Assert.Null(stuck.Since(vm));
        Assert.False(stuck.Judge(vm, Info(1, 60_000))); // a job that runs for long is work, not a hang

        Assert.Equal([HostEventKind.VmStuck, HostEventKind.VmUnstuck], queue.ReadAll().Select(happened => happened.Kind));
    }

    private static VirDomainControlInfo Info(uint state, ulong time) => new() { State = state, StateTime = time };

    private static void AddProcess(DirectoryInfo root, int pid, string command)
    {
        Directory.CreateDirectory($"{root}/proc/{pid}");
        File.WriteAllText($"{root}/proc/{pid}/cmdline", command);
    }

    private sealed class LateResult : IDisposable
    {
        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => Disposed.TrySetResult();
    }
}
