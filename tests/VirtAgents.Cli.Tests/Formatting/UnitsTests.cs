using System.Globalization;
using CsCheck;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Tests.Formatting;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1023.6, "1.0 KiB")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(102348, "99.9 KiB")]
    [InlineData(102399, "100 KiB")]
    [InlineData(1048524, "1.0 MiB")]
    [InlineData(1073741824, "1.0 GiB")]
    [InlineData(-2048, "-2.0 KiB")]
    [InlineData(18446744073709551615.0, "16.0 EiB")]
    public void Bytes_Number_HasBinaryUnit(double bytes, string text) => Assert.Equal(text, Units.Bytes(bytes));

    [Fact]
    public void Bytes_AnySize_IsTrueToFivePercentAndShort() =>
        Gen.Double[0, 1e18].Sample(bytes =>
        {
            var words = Units.Bytes(bytes).Split(' ');
            var factor = Math.Pow(1024, Array.IndexOf(["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"], words[1]));
            var back = double.Parse(words[0], CultureInfo.InvariantCulture) * factor;
            return words[0].Length <= 4 && Math.Abs(back - bytes) <= Math.Max(0.5, bytes * 0.05);
        });

    [Theory]
    [InlineData(55.55, "percent", "55.6%")]
    [InlineData(1048576, "bytes", "1.0 MiB")]
    [InlineData(1048576, "bytes per second", "1.0 MiB/s")]
    [InlineData(6.069, "operations per second", "6.069 operations/s")]
    [InlineData(1234.5, "seconds", "1235 seconds")]
    [InlineData(0.25, "processes", "0.25 processes")]
    [InlineData(1, "state", "1")]
    [InlineData(double.NaN, "bytes", "-")]
    [InlineData(double.PositiveInfinity, "percent", "-")]
    public void Value_OfUnit_IsWords(double value, string unit, string text) => Assert.Equal(text, Units.Value(value, unit));

    [Fact]
    public void Number_AnyValue_IsTrueToThreeDigits() =>
        Gen.Double[-1e14, 1e14].Sample(value =>
        {
            var back = double.Parse(Units.Number(value), CultureInfo.InvariantCulture);
            return Math.Abs(back - value) <= Math.Abs(value) * 0.005;
        });
}
