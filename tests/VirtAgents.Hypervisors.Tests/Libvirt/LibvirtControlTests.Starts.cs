using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Starts that take long, as the storage of the VM does not answer.</summary>
public sealed partial class LibvirtControlTests
{
    /// <summary>A VM that is off, on storage that can be made to hang.</summary>
    private const string Sleeper = "sleeper";

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_FollowedUpWhileItIsStillUnderWay_WaitsForItsEnd(bool isPaused)
    {
        await using ImageServer image = await ImageServer.StartAsync(Sleeper, mib: 1, Token);
        await Host.StartVmAsync(Sleeper, new TestVmOptions { Halted = true, DiskXml = image.DiskXml }, Token);
        await Host.VirshAsync("destroy", Sleeper);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        DirectiveOrder order = await OrderAsync(DirectiveKind.Start, Sleeper, ("paused", isPaused ? "true" : "false"));

        await image.HangAsync(Token);
        Task<string> start = Host.VirshAsync(["start", Sleeper, .. isPaused ? ["--paused"] : Array.Empty<string>()]);
        Task<ControlOutcome> followed;
        try
        {
            await IsStartingAsync();
            followed = control.FollowUpAsync(order, ControlEvidence.None, _ => { }, Token);
            await IsStartingStillAfterAsync(LibvirtBed.FollowUpTime * 2);
        }
        finally
        {
            await image.WakeAsync(Token);
        }

        await start;
        ControlOutcome outcome = await followed;
        Assert.True(outcome.State == DirectiveState.Done, outcome.Detail);
        Assert.Equal(isPaused ? VmState.Paused : VmState.Running, await bed.StateOfAsync(order.Vm));
        await Host.VirshAsync("destroy", Sleeper);
    }

    private async Task IsStartingAsync()
    {
        while (!await IsStartingNowAsync())
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private async Task IsStartingStillAfterAsync(TimeSpan time)
    {
        long began = TimeProvider.System.GetTimestamp();
        do
        {
            Assert.True(await IsStartingNowAsync());
        }
        while (TimeProvider.System.GetElapsedTime(began) < time);
    }

    private async Task<bool> IsStartingNowAsync() =>
        (await Host.VirshAsync("domstate", Sleeper, "--reason")).Contains("starting up", StringComparison.Ordinal);
}
