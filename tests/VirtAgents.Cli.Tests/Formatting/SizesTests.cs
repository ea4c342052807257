using CsCheck;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Tests.Formatting;

public sealed class SizesTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("512", 512L)]
    [InlineData("1B", 1L)]
    [InlineData("512MiB", 536870912L)]
    [InlineData("4gib", 4294967296L)]
    [InlineData("1.5TiB", 1649267441664L)]
    [InlineData("8388607TiB", 9223370937343148032L)]
    public void TryParse_Size_IsBytes(string text, long bytes)
    {
        Assert.True(Sizes.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("4GB")]
    [InlineData("4 GiB")]
    [InlineData("1.5")]
    [InlineData("8388608TiB")]
    [InlineData("99999999999999999999999999999999")]
    public void TryParse_Else_IsRefused(string text) => Assert.False(Sizes.TryParse(text, out _));

    [Fact]
    public void TryParse_Units_AreTimes1024() =>
        Gen.Select(Gen.Long[0, 1 << 20], Gen.Int[0, 3]).Sample(
            (number, step) => Sizes.TryParse(number + new[] { "KiB", "MiB", "GiB", "TiB" }[step], out var bytes) && bytes == number << (10 * (step + 1)));
}
