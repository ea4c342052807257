using CsCheck;
using VirtAgents.Collector.Ingest;

namespace VirtAgents.Collector.Tests.Ingest;

public sealed class SequenceSetTests
{
    [Fact]
    public void Add_AnyRunsInAnyOrder_EqualsSetOfNumbers() =>
        Gen.Select(Gen.Long[1, 60], Gen.Long[0, 6]).List[0, 40].Sample(runs =>
        {
            SequenceSet set = new(0, []);
            HashSet<long> model = [];
            foreach ((long first, long length) in runs)
            {
                bool isNew = false;
                for (long n = first; n <= first + length; n++)
                {
                    isNew |= model.Add(n);
                }

                Assert.Equal(isNew, set.Add(first, first + length));
            }

            long contiguous = 0;
            while (model.Contains(contiguous + 1))
            {
                contiguous++;
            }

            Assert.Equal(contiguous, set.Contiguous);
            Assert.All(Enumerable.Range(0, 80), n => Assert.Equal(model.Contains(n), set.Contains(n)));
            Assert.All(set.Beyond.Zip(set.Beyond.Skip(1)), pair => Assert.True(pair.First.Last + 1 < pair.Second.First));
            Assert.All(set.Beyond, run => Assert.True(run.First > contiguous + 1));
        });

    [Fact]
    public void Add_LoadedPosition_GoesOnAfterIt()
    {
        SequenceSet set = new(10, [(12, 14)]);
        Assert.False(set.Add(3, 10));
        Assert.True(set.Add(11, 11));
        Assert.Equal((14, 0), (set.Contiguous, set.Runs));
    }
}
