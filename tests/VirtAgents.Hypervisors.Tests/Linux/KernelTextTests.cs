using CsCheck;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public class KernelTextTests
{
    [Fact]
    public void TryTakeNumber_AnyUnsignedNumber_KeepsItsBits() =>
        Gen.ULong.Sample(number =>
        {
            ReadOnlySpan<byte> text = System.Text.Encoding.ASCII.GetBytes($"  {number}\t7\n");
            Assert.True(KernelText.TryTakeNumber(ref text, out long first));
            Assert.True(KernelText.TryTakeNumber(ref text, out long second));
            Assert.Equal(number, unchecked((ulong)first));
            Assert.Equal(7, second);
        });

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("max")]
    [InlineData("-1")]
    [InlineData("12x")]
    [InlineData("18446744073709551616")]
    public void TryTakeNumber_NotANumber_False(string text)
    {
        ReadOnlySpan<byte> bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.False(KernelText.TryTakeNumber(ref bytes, out _));
    }

    [Fact]
    public void TakeWord_EndOfLine_DoesNotReadTheNextLine()
    {
        ReadOnlySpan<byte> text = "a b\nc"u8;
        KernelText.SkipWords(ref text, 2);
        Assert.True(KernelText.TakeWord(ref text).IsEmpty);
    }

    [Theory]
    [InlineData("0.00 0.01", 0)]
    [InlineData("1.35 0.01", 1350)]
    [InlineData("1455.79 2811.13\n", 1_455_790)]
    public void TryTakeThousandths_TwoPlaces_Exact(string text, long expected)
    {
        ReadOnlySpan<byte> bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.True(KernelText.TryTakeThousandths(ref bytes, out long value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void TryFindNumber_KeyInsideALine_IsNotFound()
    {
        Assert.False(KernelText.TryFindNumber("nr_throttled_time 5\n"u8, "throttled_time "u8, out _));
        Assert.True(KernelText.TryFindNumber("nr_periods 1\nthrottled_time 5\n"u8, "throttled_time "u8, out long value));
        Assert.Equal(5, value);
    }
}
