using CsCheck;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Tests.Formatting;

public sealed class DurationsTests
{
    private static readonly Gen<TimeSpan> Any = Gen.Long[0, 3650L * 86_400_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData("90s", 90_000)]
    [InlineData("500ms", 500)]
    [InlineData("15m", 900_000)]
    [InlineData("15min", 900_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1w", 604_800_000)]
    [InlineData("0s", 0)]
    public void TryParse_Duration_IsRead(string text, long milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5 s")]
    [InlineData("5y")]
    [InlineData("1.2.3s")]
    [InlineData("1e3s")]
    [InlineData("1h-5m")]
    [InlineData("99999999999999999999d")]
    [InlineData("3651d")]
    public void TryParse_Nonsense_IsRefused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Gen.String[Gen.Char["0123456789.smhdw -"], 0, 12].Sample(text => Durations.TryParse(text, out var duration) ? duration >= TimeSpan.Zero : duration == TimeSpan.Zero);

    [Fact]
    public void Exact_AnyDuration_ReadsBackTheSame() =>
        Any.Sample(duration => Durations.TryParse(Durations.Exact(duration), out var again) && again == duration);

    [Fact]
    public void Format_AnyDuration_IsShortAndNeverLonger() =>
        Any.Sample(duration =>
        {
            var text = Durations.Format(duration);
            return text.Length <= 8 && Durations.TryParse(text, out var again) && again <= duration && again >= duration * 0.9 - TimeSpan.FromSeconds(1);
        });

    [Theory]
    [InlineData(0.9, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(60, "1m00s")]
    [InlineData(3599, "59m59s")]
    [InlineData(7500, "2h05m")]
    [InlineData(90000, "1d01h")]
    [InlineData(-5, "0s")]
    public void Format_Seconds_HasTwoUnits(double seconds, string text) => Assert.Equal(text, Durations.Format(TimeSpan.FromSeconds(seconds)));
}
