using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class IncidentPlotsTests
{
    private const string Host = "aaaaaaaa-0000-4000-8000-000000000001", Vm = "11111111-1111-4111-8111-111111111111";
    private const long Since = 10_000_000, Now = 20_000_000;

    [Theory]
    [InlineData(ElementKind.Vm, Vm, Vm, "", "")]
    [InlineData(ElementKind.Host, Host, "", Host, "")]
    [InlineData(ElementKind.Pool, "rack/san", "", Host, "san")]
    [InlineData(ElementKind.Network, Host + "/eth1", "", Host, "eth1")]
    public void Of_Element_AsksForMetricsOfIt(ElementKind kind, string id, string vm, string host, string device)
    {
        IReadOnlyList<IncidentPlot> plots = IncidentPlots.Of(Incident(kind, id), Now);

        Assert.NotEmpty(plots);
        Assert.All(plots, p => Assert.Equal((vm, host, device, Since - 1_800_000, Now), (p.Vm, p.Host, p.Device, p.FromUnixMs, p.ToUnixMs)));
        Assert.All(plots, p => Assert.NotNull(DerivedCatalogue.Find(p.Metric)));
    }

    [Fact]
    public void Of_Resolved_EndsHalfAnHourAfter()
    {
        Incident incident = Incident(ElementKind.Vm, Vm) with { ResolvedUnixMs = 12_000_000 };
        Assert.All(IncidentPlots.Of(incident, Now), p => Assert.Equal(13_800_000, p.ToUnixMs));
    }

    [Fact]
    public void Of_PoolThatNoSingleHostToldOf_HasNone() =>
        Assert.Empty(IncidentPlots.Of(Incident(ElementKind.Pool, "rack/san", host: ""), Now));

    private static Incident Incident(ElementKind kind, string id, string host = Host) => new(
        Guid.NewGuid(), new Finding(new(FindingKind.VmCrashed, new(kind, id), ""), "x", Severity.Critical, Since, "") { HostId = host }, Since + 1);
}
