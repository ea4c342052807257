using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using static VirtAgents.Core.Tests.Detection.Incidents.AnyLines;

namespace VirtAgents.Core.Tests.Detection.Incidents;

public sealed class TrackerPropertyTests
{
    [Fact]
    public void Observe_AnyLines_KeepsItsBooksInOrder() =>
        InTime.List[0, 150].Sample(lines =>
        {
            Rack rack = New();
            Play(rack, lines);
            FindingKey[] holding = [.. rack.Active.SelectMany(i => i.Findings()).Where(f => f.IsActive).Select(f => f.Key)];
            Assert.Equal(holding.Length, holding.Distinct().Count());
            Assert.Equal(rack.Active.Count, rack.Active.Select(i => i.Root.Key).Distinct().Count());
            Assert.All(rack.Active, i => Assert.True(i.IsFlapping || i.Findings().Any(f => f.IsActive)));
            Assert.All(rack.Tracker.Incidents.Where(i => !i.IsActive), i => Assert.DoesNotContain(i.Findings(), f => f.IsActive));
            Assert.All(rack.Tracker.Incidents, i => Assert.Equal(i.Symptoms.Length + 1, i.Symptoms.Select(s => s.Key).Append(i.Root.Key).Distinct().Count()));
            foreach (Incident last in rack.Changes.GroupBy(c => c.Incident.Id).Select(g => g.Last().Incident))
            {
                Incident? kept = rack.Tracker.Find(last.Id);
                Assert.Equal(last.IsActive, kept is { IsActive: true });
                Assert.Equal(last.State, kept?.State ?? last.State);
            }
        });

    [Fact]
    public void Observe_TheSameLinesTwice_GiveTheSameChanges() =>
        InTime.List[0, 80].Sample(lines =>
        {
            Rack first = New(), second = New();
            Play(first, lines);
            Play(second, lines);
            Assert.Equal(first.Changes.Select(c => (c.Kind, c.Incident.Id, c.Text)), second.Changes.Select(c => (c.Kind, c.Incident.Id, c.Text)));
        });
}
