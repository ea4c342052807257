using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class TopSeriesTests
{
    [Fact]
    public void Ranked_AnySeries_AsSortedAndCut()
    {
        Gen.Select(Gen.Int[-5, 5].Array[0, 30], Gen.Int[1, 12], Gen.Bool).Sample((means, most, smallest) =>
        {
            TopSeries<string> top = new(most, smallest, StringComparer.Ordinal);
            List<string> dropped = [];
            (string Name, int Mean)[] series = [.. means.Select((mean, i) => ($"s{i:D2}", mean))];
            foreach ((string name, int mean) in series)
            {
                if (top.Add(name, mean) is { } last)
                {
                    dropped.Add(last);
                }
            }

            string[] sorted = [.. series.OrderBy(s => smallest ? s.Mean : -s.Mean).ThenBy(s => s.Name, StringComparer.Ordinal).Select(s => s.Name)];
            Assert.Equal(sorted.Take(most), top.Ranked);
            Assert.Equal(sorted.Skip(most).Order(StringComparer.Ordinal), dropped.Order(StringComparer.Ordinal));
            Assert.Equal(dropped.Count, top.LeftOut);
        });
    }
}
