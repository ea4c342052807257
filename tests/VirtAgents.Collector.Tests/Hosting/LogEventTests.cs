using System.Reflection;
using Microsoft.Extensions.Logging;
using VirtAgents.Collector.Hosting;

namespace VirtAgents.Collector.Tests.Hosting;

/// <summary>Operators filter logs by the numbers of events, so each has one of its own.</summary>
public sealed class LogEventTests
{
    [Fact]
    public void EventIds_OfTheCollector_AreFromItsRangeAndUnique()
    {
        LoggerMessageAttribute[] events =
        [
            .. typeof(CollectorHost).Assembly.GetTypes()
                .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>(),
        ];
        Assert.True(events.Length > 50, $"only {events.Length} events were found");
        Assert.All(events, e => Assert.InRange(e.EventId, 2_000, 2_999));
        Assert.Empty(events.GroupBy(e => e.EventId).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(" / ", g.Select(e => e.Message))}"));
    }
}
