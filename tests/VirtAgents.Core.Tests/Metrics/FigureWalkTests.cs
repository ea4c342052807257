using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

/// <summary>What is remembered of figures between two pieces; their values are in <see cref="DerivedPropertyTests"/>.</summary>
public sealed class FigureWalkTests
{
    private const int Walks = 100;

    [Fact]
    public void Bytes_OfEveryFigure_AreWhatItTakes()
    {
        var kept = new FigureWalk[Walks];
        foreach (Figure figure in Enum.GetValues<SubjectKind>().SelectMany(kind => FigureCatalogue.Of(kind)))
        {
            long told = figure.Walk().Bytes;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Walks; i++)
            {
                kept[i] = figure.Walk();
            }

            long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Walks;

            Assert.True(told >= each && told <= each * 1.1, $"{figure.Number} takes {each} bytes and tells {told}");
        }
    }
}
