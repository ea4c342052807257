using CsCheck;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class PageOrderTests
{
    [Fact]
    public void Of_AnyLengths_HasEachOnceAndLeavesNoTwoPagesThatCouldBeOne()
    {
        Gen.OneOf(Gen.Int[0, 9_000], Gen.Int[0, 60_000], Gen.Int[0, 300]).Array[0, 90].Sample(lengths =>
        {
            IReadOnlyList<int> order = PageOrder.Of(lengths);

            Assert.Equal(Enumerable.Range(0, lengths.Length), order.Order());
            List<int> pages = Fill(order.Select(i => PageOrder.SizeOf(lengths[i])));
            Assert.All(pages, used => Assert.InRange(used, 1, PageOrder.Room));
            Assert.InRange(pages.Count, 0, 1 + (2 * pages.Sum() / PageOrder.Room));
        });
    }

    [Fact]
    public void Of_RowsThatComeInPairs_FillsTheirPages()
    {
        // In the order of their numbers each of them would begin a page.
        int[] lengths = [6_000, 5_000, 4_000, 4_100, 3_100, 2_100];

        List<int> pages = Fill(PageOrder.Of(lengths).Select(i => PageOrder.SizeOf(lengths[i])));

        Assert.Equal(3, pages.Count);
    }

    // As SQLite appends rows: to the last page while there is room.
    private static List<int> Fill(IEnumerable<int> sizes)
    {
        var pages = new List<int>();
        foreach (int size in sizes)
        {
            if (pages.Count == 0 || pages[^1] + size > PageOrder.Room)
            {
                pages.Add(0);
            }

            pages[^1] += size;
        }

        return pages;
    }
}
