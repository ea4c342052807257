using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Hypervisors.Linux;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>A real VM of one host is started on another, from the definition that the first one's adapter told.</summary>
[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class LibvirtRecoveryTests(LibvirtBed bed) : IClassFixture<LibvirtBed>
{
    private const int Limit = 300_000;
    private const string Pool = "kept";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeKept _kept = new(new HostId(Guid.NewGuid()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Recover_VmOfAHostThatEnds_RunsHereOnceItDoesNotRunThere()
    {
        await using TestbedHost other = await TestbedHost.StartAsync("lvdead", Token);
        foreach (TestbedHost host in new[] { bed.Host, other })
        {
            await host.VirshAsync("pool-define-as", Pool, "dir", "--target", TestbedHost.SharedDirectory);
            await host.VirshAsync("pool-start", Pool);
        }

        await other.StartVmAsync("phoenix", new TestVmOptions { Tenant = "acme" }, Token);
        await other.VirshAsync("autostart", "phoenix");
        var vm = new VmId(Guid.Parse((await other.VirshAsync("domuuid", "phoenix")).Trim()));
        _kept.Text = await ToldDefinitionAsync(other, vm);
        await using LibvirtControl control = new(
            new LibvirtControlOptions
            {
                Uri = bed.Host.Uri, LookTimeout = TimeSpan.FromSeconds(40), SharedDirectories = [TestbedHost.SharedDirectory], Roots = new LinuxRoots(Sys: $"/proc/{bed.Host.Pid}/root/sys"),
            },
            TimeProvider.System,
            _kept);
        await control.ProbeAsync(Token);
        Assert.True(control.Support.Single(s => s.Kind == DirectiveKind.Recover).IsSupported);
        ForeignVm foreign = await control.FindForeignAsync(Order(vm), Token);
        Assert.Equal(("phoenix", "acme", 96L << 20), (foreign.Vm!.Name, foreign.Vm.Tenant, foreign.Vm.MemoryBytes));

        // Its image is locked by the QEMU that still runs: the storage itself says no, and nothing is left behind.
        ControlOutcome early = await CarryOutAsync(control, vm);
        Assert.Equal(DirectiveState.Failed, early.State);
        Assert.Contains("lock", early.Detail, StringComparison.Ordinal);
        Assert.EndsWith("; this host does not have the VM", early.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("phoenix", await bed.Host.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);

        await other.CrashAsync(Token);
        ControlOutcome outcome = await CarryOutAsync(control, vm);
        Assert.True(outcome.State == DirectiveState.Done, outcome.Detail);
        Assert.Equal("the VM is Running (Booted) here", outcome.Detail);
        Assert.StartsWith("ok", await bed.Host.VmCommandAsync("phoenix", "state", Token), StringComparison.Ordinal);
        Assert.Equal((RefusalReason.WrongState, "this host has this VM already, running or defined"), await RefusalAsync(control, vm));

        // Another run of the agent only looks.
        Assert.Equal(DirectiveState.Done, (await control.FollowUpAsync(Order(vm), ControlEvidence.None, _ => { }, Token)).State);
        await bed.Host.VirshAsync("destroy", "phoenix");
        Assert.Equal(DirectiveState.Failed, (await control.FollowUpAsync(Order(vm), ControlEvidence.None, _ => { }, Token)).State);
        await bed.Host.VirshAsync("undefine", "phoenix");
    }

    [Fact(Timeout = Limit)]
    public async Task Recover_WhatThisHostLacks_IsRefusedAndNothingIsDefined()
    {
        var vm = new VmId(Guid.NewGuid());
        await using LibvirtControl control = new(
            new LibvirtControlOptions { Uri = bed.Host.Uri, LookTimeout = TimeSpan.FromSeconds(40), SharedDirectories = ["/nowhere"] }, TimeProvider.System, _kept);
        await control.ProbeAsync(Token);
        (string Devices, RefusalReason Refusal, string Detail)[] cases =
        [
            ("<disk type='file' device='disk'><source file='/images/a.qcow2'/><target dev='vda'/></disk>", RefusalReason.WrongState, "vda (/images/a.qcow2) is in no pool that works here and that hosts share"),
            ("<interface type='network'><source network='office'/></interface>", RefusalReason.WrongState, "this host has no network office"),
            ("<interface type='bridge'><source bridge='br77'/></interface>", RefusalReason.WrongState, "this host has no bridge br77"),
            ("<hostdev/>", RefusalReason.WrongState, "it has a hostdev device, which is one of this host"),
        ];
        foreach ((string devices, RefusalReason refusal, string detail) in cases)
        {
            _kept.Text = $"<domain type='qemu'><name>lacking</name><uuid>{vm}</uuid><devices>{devices}</devices></domain>";
            Assert.Equal((refusal, detail), await RefusalAsync(control, vm));
        }

        await bed.RunVmAsync("namesake", Token);
        _kept.Text = $"<domain type='qemu'><name>namesake</name><uuid>{vm}</uuid></domain>";
        Assert.Equal((RefusalReason.WrongState, "this host has another VM called namesake"), await RefusalAsync(control, vm));
        _kept.Text = $"<domain type='qemu'><name>free</name><uuid>{Guid.Empty}</uuid></domain>";
        Assert.Equal((RefusalReason.BadParameter, $"the definition is one of VM {Guid.Empty}, not of {vm}"), await RefusalAsync(control, vm));
        _kept.Text = "no XML";
        Assert.Equal(RefusalReason.BadParameter, (await RefusalAsync(control, vm)).Refusal);
        _kept.Text = $"<domain type='qemu'><name>free</name><uuid>{vm}</uuid></domain>";
        Assert.Equal(RefusalReason.None, (await RefusalAsync(control, vm)).Refusal);
        int beat = 0;
        _kept.Marks = () => $"{++beat}";
        Assert.Equal((RefusalReason.WrongState, "the heartbeat moves"), await RefusalAsync(control, vm));

        // It began to move after the check.
        ControlOutcome late = await control.CarryOutAsync(Order(vm), new ControlEvidence("7"), _ => { }, Token);
        Assert.Equal((DirectiveState.Failed, "nothing was done: the heartbeat moves"), (late.State, late.Detail));
        Assert.DoesNotContain("free", await bed.Host.VirshAsync("list", "--all", "--name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_NothingIsShared_IsUnsupported()
    {
        await using LibvirtControl control = LibvirtBed.CreateControl(bed.Host);
        var vm = new VmId(Guid.NewGuid());
        const string why = "the agent has no Witness:HeartbeatDirectories, so it sees nothing that other hosts keep";
        Assert.Equal((RefusalReason.Unsupported, why), await RefusalAsync(control, vm));
        ForeignVm foreign = await control.FindForeignAsync(Order(vm), Token);
        Assert.Equal((null, RefusalReason.Unsupported, why), (foreign.Vm, foreign.Refusal, foreign.Detail));
    }

    /// <summary>What the adapter of a host tells of a VM, with its pools and its autostart.</summary>
    private static async Task<string> ToldDefinitionAsync(TestbedHost host, VmId vm)
    {
        LibvirtOptions options = LibvirtBed.OptionsFor(host) with { KeepsDefinitions = true, SharedDirectories = [TestbedHost.SharedDirectory] };
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(host, options);
        await hypervisor.StartAsync(Token);
        VmDefinition definition = Assert.Single(Assert.NotNull(hypervisor.Definitions), d => d.Id == vm);
        Assert.Equal("", definition.WhyNot);
        Assert.DoesNotContain(" id='", definition.Text[..definition.Text.IndexOf('>', StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.True(hypervisor.Inventory.Vms.Single(v => v.Id == vm).HasAutostart);
        return definition.Text;
    }

    private async Task<(RefusalReason Refusal, string Detail)> RefusalAsync(LibvirtControl control, VmId vm)
    {
        ControlCheck check = await control.CheckAsync(Order(vm), Token).WaitAsync(Patience, Token);
        return (check.Refusal, check.Detail);
    }

    private async Task<ControlOutcome> CarryOutAsync(LibvirtControl control, VmId vm)
    {
        ControlCheck check = await control.CheckAsync(Order(vm), Token);
        Assert.True(check.IsPossible, check.Detail);
        return await control.CarryOutAsync(Order(vm), check.Before, _ => { }, Token);
    }

    private DirectiveOrder Order(VmId vm) => new(
        Guid.NewGuid(), 1, 0, DirectiveKind.Recover, vm,
        ImmutableSortedDictionary<string, string>.Empty.Add(DirectiveCatalogue.FromHost, _kept.From.ToString()).Add(DirectiveCatalogue.DefinitionOf, new string('a', 64)),
        "test", false);
}
