using System.Text;
using CsCheck;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Linux;

public class ProcessStatTests
{
    [Theory]
    [InlineData("qemu-system-x86")]
    [InlineData("a) R 1 (b")]
    [InlineData("))")]
    [InlineData("")]
    public void TryParse_AnyCommandName_ReadsTheFieldsAfterIt(string name)
    {
        Assert.True(ProcessStat.TryParse(Line(name, 120, 34, 5678), out ProcessStat stat));
        Assert.Equal(new ProcessStat((byte)'S', 120, 34, 5678), stat);
    }

    [Fact]
    public void TryParse_AnyFigures_AreRead() =>
        Gen.Select(Gen.Long[0, 1L << 61], Gen.Long[0, 1L << 61], Gen.Long[0, long.MaxValue]).Sample((user, system, start) =>
            ProcessStat.TryParse(Line("CPU 0/KVM", user, system, start), out ProcessStat stat)
            && stat.CpuTicks == user + system && stat.StartTicks == start);

    [Fact]
    public void TryParse_CutOffAnywhere_NeverThrows()
    {
        byte[] whole = Line("qemu", 1, 2, 3);
        for (int length = 0; length < whole.Length; length++)
        {
            _ = ProcessStat.TryParse(whole.AsSpan(0, length), out _);
        }

        Assert.False(ProcessStat.TryParse("4711 (qemu) S 1 2 3"u8, out _));
    }

    [Theory]
    [InlineData('Z', true)]
    [InlineData('X', true)]
    [InlineData('T', false)]
    [InlineData('R', false)]
    public void HasEnded_State_OnlyZombieAndDead(char state, bool expected) =>
        Assert.Equal(expected, new ProcessStat((byte)state, 0, 0, 0).HasEnded);

    private static byte[] Line(string name, long user, long system, long start) => Encoding.UTF8.GetBytes(
        $"4711 ({name}) S 1 4711 4711 0 -1 138412416 9005 0 3 0 {user} {system} 0 0 20 0 7 0 {start} 1098887168 10930 18446744073709551615\n");
}
