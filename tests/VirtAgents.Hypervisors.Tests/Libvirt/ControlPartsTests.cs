using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using CsCheck;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class ControlPartsTests
{
    [Theory]
    [InlineData("0", 4, "0")]
    [InlineData("0-2,3", 4, "0,1,2,3")]
    [InlineData("7,1", 9, "1,7")]
    [InlineData("8", 9, "8")]
    [InlineData("4", 4, null)]
    [InlineData("2-1", 4, null)]
    [InlineData("0-1-2", 4, null)]
    [InlineData("", 4, null)]
    [InlineData("0,,1", 4, null)]
    [InlineData("+1", 4, null)]
    [InlineData("a", 4, null)]
    public void CpuSet_TryParse_TakesListsOfCpusThatAreThere(string list, int cpuCount, string? expected) =>
        Assert.Equal(expected, CpuSet.TryParse(list, cpuCount)?.ToString());

    [Fact]
    public void CpuSet_AnySet_ReadsBackFromItsText() =>
        Gen.Int[0, 99].HashSet[1, 20].Sample(cpus =>
        {
            CpuSet set = CpuSet.TryParse(string.Join(",", cpus), 100)!;
            Assert.Equal(string.Join(",", cpus.Order()), set.ToString());
            Assert.Equal(set, CpuSet.TryParse(set.ToString(), 100));
        });

    [Fact]
    public unsafe void TypedValue_Layout_IsWhatTypedParametersRead() =>
        Gen.Select(Gen.Enum<TypedValueType>(), Gen.Long).Array[1, 5].Sample(values =>
        {
            TypedValue[] laid =
                [.. values.Select((v, i) => new TypedValue($"name.{i}", v.Item1, v.Item1 == TypedValueType.UInt ? v.Item2 & uint.MaxValue : v.Item2))];
            fixed (byte* first = TypedValue.Layout(laid))
            {
                var parameters = new TypedParameters(first, laid.Length);
                foreach (TypedValue value in laid)
                {
                    Assert.True(parameters.TryRead(out TypedParameter parameter));
                    Assert.Equal(value.Name, Encoding.UTF8.GetString(parameter.Name));
                    Assert.True(parameter.TryGetNumber(out long number));
                    Assert.Equal(value.Value, number);
                }
            }
        });

    [Theory]
    [InlineData("CONFIG_NET_SCH_SFQ=m\nCONFIG_NET_ACT_POLICE=y\n", InterfaceShaping.Libvirt)]
    [InlineData("CONFIG_NET_SCH_SFQ=y\n# CONFIG_NET_ACT_POLICE is not set\nCONFIG_NET_SCH_TBF=m\n", InterfaceShaping.Tap)]
    [InlineData("CONFIG_NET_SCH_SFQ=y\n# CONFIG_NET_ACT_POLICE is not set\n", InterfaceShaping.None)]
    internal void HostLimits_KernelTells_InterfaceLimitsNeedItsShaping(string configuration, InterfaceShaping shaping)
    {
        DirectoryInfo proc = Directory.CreateTempSubdirectory("virtagents-limits");
        try
        {
            using (var file = new GZipStream(File.Create(Path.Combine(proc.FullName, "config.gz")), CompressionLevel.Fastest))
            {
                file.Write(Encoding.UTF8.GetBytes(configuration));
            }

            var roots = new LinuxRoots(Proc: proc.FullName);
            Assert.Equal(shaping, HostLimits.ShapingOf(roots));
            Assert.Equal(shaping == InterfaceShaping.None, HostLimits.Find(roots).ContainsKey(DirectiveKind.SetNicLimit));
            Assert.Equal(shaping == InterfaceShaping.Tap ? ["out_bytes_per_second"] : [], HostLimits.FindGaps(roots).GetValueOrDefault(DirectiveKind.SetNicLimit, []).Select(g => g.Parameter));
        }
        finally
        {
            proc.Delete(recursive: true);
        }
    }

    [Fact]
    public void HostLimits_KernelDoesNotTell_NothingIsRuledOut()
    {
        Assert.Empty(HostLimits.Find(new LinuxRoots(Proc: "/nonexistent")));
        Assert.Empty(HostLimits.FindGaps(new LinuxRoots(Proc: "/nonexistent")));
    }

    [Fact]
    public void Events_OfVmsThatAreWatched_AreKeptUntilForgotten()
    {
        var events = new ControlEvents();
        Guid vm = Guid.NewGuid();
        var reset = new RawEvent(RawEventKind.Reboot, 0, vm);
        events.Add(reset);
        Assert.False(events.WasReset(vm));
        events.Watch(vm);
        events.Add(reset with { Uuid = Guid.NewGuid() });
        Assert.False(events.WasReset(vm));
        events.Add(reset);
        events.Add(new RawEvent(RawEventKind.Lifecycle, 0, vm, Code: 5, Detail: 1));
        Assert.Equal((true, false), (events.WasReset(vm), events.HasMigrated(vm)));
        events.Add(new RawEvent(RawEventKind.Lifecycle, 0, vm, Code: 5, Detail: 3));
        Assert.True(events.HasMigrated(vm));
        events.Forget(vm);
        Assert.Equal((false, false), (events.WasReset(vm), events.HasMigrated(vm)));
    }

    [Theory]
    [InlineData("qemu+unix:///system?socket=/run/libvirt/libvirt-sock-ro", "qemu+unix:///system?socket=/run/libvirt/libvirt-sock")]
    [InlineData("qemu+unix:///system?socket=/run/libvirt/libvirt-sock", "qemu+unix:///system?socket=/run/libvirt/libvirt-sock")]
    [InlineData("qemu+tls://a-sock-ro/system", "qemu+tls://a-sock-ro/system")]
    [InlineData(null, null)]
    public void ToAct_UriForSampling_IsThatOfTheSameDaemonToAct(string? uri, string? expected) => Assert.Equal(expected, LibvirtSockets.ToAct(uri));

    [Fact]
    public async Task Support_NoDaemonThere_IsLackingForNowAndChecksAreUnknown()
    {
        await using var control = new LibvirtControl(
            new LibvirtControlOptions { Uri = "qemu+unix:///system?socket=/nonexistent/libvirt-sock" }, TimeProvider.System);
        await control.ProbeAsync(TestContext.Current.CancellationToken);
        Assert.All(control.Support, support => Assert.True(!support.IsSupported && support.Why.Length > 0));
        var order = new DirectiveOrder(
            Guid.NewGuid(), 1, 0, DirectiveKind.Destroy, new VmId(Guid.NewGuid()), ImmutableSortedDictionary<string, string>.Empty, "test", false);
        ControlCheck check = await control.CheckAsync(order, TestContext.Current.CancellationToken);
        Assert.Equal(RefusalReason.UnknownState, check.Refusal);
        Assert.False(control.IsConnected);
    }

    [Fact]
    public void Validate_SettingsOutOfRange_AreAllNamed()
    {
        Assert.Empty(new LibvirtControlOptions().Validate());
        IReadOnlyList<string> errors = new LibvirtControlOptions
        {
            IdleTime = TimeSpan.FromHours(2),
            LookTimeout = TimeSpan.Zero,
            AbandonedThreadLimit = 17,
            SharedDirectories = ["images"],
        }.Validate();
        Assert.Equal(["IdleTime", "LookTimeout", "AbandonedThreadLimit", "SharedDirectories:"], errors.Select(error => error.Split(' ')[0]));
    }
}
