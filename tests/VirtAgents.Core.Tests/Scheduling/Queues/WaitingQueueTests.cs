using CsCheck;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

public sealed class WaitingQueueTests
{
    [Fact]
    public void Arrange_AfterAnyAddingAndRemoving_IsSorted() => Gen.Select(
        Gen.Select(Gen.Int[0, 500], Gen.Int[1, 50]).Array[1, 200], Gen.Int[0, QueueDisciplines.Names.Count - 1], Gen.Int[1, 9]).Sample(
        (parts, name, each) =>
        {
            IQueueDiscipline discipline = QueueDisciplines.Named(QueueDisciplines.Names[name])!;
            WaitingQueue queue = new(discipline);
            List<QueuedRequest> expected = [];
            double now = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                now += parts[i].Item1 % 7;
                QueuedRequest request = new(i, now, new(1), parts[i].Item2);
                queue.Add(request, now);
                expected.Add(request);
                QueuedRequest[] arranged = [.. queue.Arrange(now).ToArray().Select(e => e.Request)];
                Assert.Equal(expected.OrderBy(r => discipline.Rank(r, now)).ThenBy(r => r.SubmittedSeconds).ThenBy(r => r.Id), arranged);

                List<int> places = i % each == 0 ? [.. Enumerable.Range(0, arranged.Length).Where(p => (p * 31 + i) % 5 == 0)] : [];
                queue.Remove(places);
                places.ForEach(p => expected.Remove(arranged[p]));
                Assert.Equal(expected.Count, queue.Count);
            }
        },
        iter: 100);

    [Fact]
    public void Arrange_ManyInTheWrongOrderAtOnce_IsSorted()
    {
        WaitingQueue queue = new(new HighestResponseRatio());
        for (int i = 0; i < 1_000; i++)
        {
            queue.Add(new QueuedRequest(i, 0, new(1), 1_000 - i), 0);
        }

        Assert.Equal(Enumerable.Range(0, 1_000).Reverse().Select(i => (long)i), queue.Arrange(10).ToArray().Select(e => e.Request.Id));
    }
}
