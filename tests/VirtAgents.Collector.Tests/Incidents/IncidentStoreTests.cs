using System.Text.Json;
using VirtAgents.Collector.Incidents;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Tests.Incidents;

public sealed class IncidentStoreTests
{
    [Fact]
    public void Parse_DocumentOfAnIncident_HasEverythingThatRestoringNeeds()
    {
        Finding root = new(new(FindingKind.PoolFailed, new(ElementKind.Pool, "rack/san"), ""), "san", Severity.Critical, 5, "no answer")
        {
            ClearedUnixMs = 9, EventId = 7, HostId = "h", Witnesses = ["h", "i"],
        };
        Incident incident = new(Guid.NewGuid(), root, 6)
        {
            State = IncidentState.Acknowledged, Symptoms = [root with { ClearedUnixMs = null, Witnesses = [] }], SymptomsLeftOut = 1, Severity = Severity.Critical,
            UpdatedUnixMs = 8, ResolvedUnixMs = 10, Reopened = 2, IsFlapping = true, MergedInto = Guid.NewGuid(), AcknowledgedBy = "ann", Note = "n", IsSilenced = true,
            Suggestion = new("resume", "go on"),
        };

        Incident read = IncidentStore.Parse(JsonSerializer.Serialize(incident));

        Assert.Equal(["h", "i"], read.Root.Witnesses);
        Assert.Equal(incident.Symptoms.Single() with { Witnesses = [] }, read.Symptoms.Single() with { Witnesses = [] });
        Assert.Equal(incident with { Root = root with { Witnesses = [] }, Symptoms = [] }, read with { Root = read.Root with { Witnesses = [] }, Symptoms = [] });
    }
}
