using Microsoft.Extensions.Time.Testing;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Lets fake time run as long as a test needs waits of the tool to end.</summary>
internal static class FastClock
{
    public static IDisposable Drive(FakeTimeProvider time)
    {
        // A system timer as the engine; how fast it turns decides nothing but the length of the test.
        return new Timer(_ => time.Advance(TimeSpan.FromMilliseconds(250)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
    }
}
