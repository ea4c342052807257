using CsCheck;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Writing;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class SequenceRunsTests
{
    [Fact]
    public void Add_RandomRuns_AgreesWithASet()
    {
        Gen.Select(Gen.Long[1, 60], Gen.Long[0, 8]).List[0, 40].Sample(runs =>
        {
            var set = new SortedSet<long>();
            var tested = new SequenceRuns();
            foreach ((long first, long more) in runs)
            {
                bool isNew = false;
                for (long n = first; n <= first + more; n++)
                {
                    isNew |= set.Add(n);
                }

                Assert.Equal(isNew, tested.Add(first, first + more));
            }

            AssertSame(set, tested);
            AssertSame(set, Copied(tested));
        });
    }

    [Fact]
    public void Add_LargestNumbers_DoesNotOverflow()
    {
        var runs = new SequenceRuns();

        Assert.True(runs.Add(long.MaxValue - 1, long.MaxValue));
        Assert.True(runs.Add(1, 5));
        Assert.True(runs.Add(1, long.MaxValue));
        Assert.False(runs.Add(long.MaxValue, long.MaxValue));

        Assert.Equal(long.MaxValue, Copied(runs).Contiguous);
        Assert.Empty(runs.Beyond);
    }

    private static void AssertSame(SortedSet<long> set, SequenceRuns runs)
    {
        long contiguous = 0;
        while (set.Contains(contiguous + 1))
        {
            contiguous++;
        }

        Assert.Equal(contiguous, runs.Contiguous);
        Assert.Equal(set.Where(n => n > contiguous), runs.Beyond.SelectMany(Numbers));
        Assert.All(runs.Beyond.Zip(runs.Beyond.Skip(1)), pair => Assert.True(pair.First.Last + 1 < pair.Second.First));
    }

    private static IEnumerable<long> Numbers((long First, long Last) run)
    {
        for (long n = run.First; n <= run.Last; n++)
        {
            yield return n;
        }
    }

    private static SequenceRuns Copied(SequenceRuns runs)
    {
        var bytes = new ByteWriter();
        runs.Write(bytes);
        return SequenceRuns.Read(runs.Contiguous, bytes.Written);
    }
}
