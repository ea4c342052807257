using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Tests.Scheduling.Live;

public sealed class LoadOutlookTests
{
    private const int Day = 24, Vcpus = 8;
    private static readonly VmId Vm = new(new Guid(1, 0, 0, new byte[8]));

    [Fact]
    public void CoresOf_WorkThatBeginsEachMorning_IsSeenBeforeItBegins()
    {
        double[] hours = [.. Enumerable.Range(0, (7 * Day) + 7).Select(WorkDay)];

        Assert.Equal(0.5, hours[^1]);
        Assert.InRange(LoadOutlook.CoresOf(hours, Vcpus)!.Value, 5.9, 6.5);
    }

    [Fact]
    public void CoresOf_WorkThatIsOverForTheDay_DoesNotCount() =>
        Assert.InRange(LoadOutlook.CoresOf([.. Enumerable.Range(0, (7 * Day) + 19).Select(WorkDay)], Vcpus)!.Value, 0.4, 1);

    [Fact]
    public void CoresOf_LessThanTwoDaysOrAnEndThatIsNotKnown_IsUnknown()
    {
        double[] long2 = [.. Enumerable.Repeat(1.0, LoadOutlook.LeastHours)];

        Assert.Equal(1, LoadOutlook.CoresOf(long2, Vcpus));
        Assert.Null(LoadOutlook.CoresOf(long2.AsSpan(1), Vcpus));
        Assert.Null(LoadOutlook.CoresOf([double.NaN, .. long2.Skip(1)], Vcpus));
        Assert.Null(LoadOutlook.CoresOf([.. long2, double.NaN], Vcpus));
        Assert.Null(LoadOutlook.CoresOf([], Vcpus));
    }

    [Fact]
    public void CoresOf_AnyPast_IsFromNothingToAllItsVcpus() => Gen.Double[0, 20].Array[LoadOutlook.LeastHours, 100].Sample(
        hours => Assert.InRange(LoadOutlook.CoresOf(hours, Vcpus)!.Value, 0, Vcpus), iter: 30);

    [Fact]
    public void Ahead_HoursThatWereAdded_IsTheOutlookOfThem() => Gen.Double[0, 8].Array[LoadOutlook.LeastHours, 400].Sample(
        hours =>
        {
            HourlyLoads loads = new();
            for (int hour = 0; hour < hours.Length; hour++)
            {
                loads.Advance(1_000 + hour + 1);
                loads.Add(Vm, 1_000 + hour, (float)hours[hour] * 1_800, 1_800);
                loads.Add(Vm, 1_000 + hour, (float)hours[hour] * 1_800, 1_800);
            }

            double[] kept = [.. hours.TakeLast(LoadOutlook.PastHours).Select(h => (double)(float)h)];
            Assert.Equal(LoadOutlook.CoresOf(kept, Vcpus)!.Value, loads.Ahead(Vm, Vcpus)!.Value, 0.01);
        },
        iter: 30);

    [Fact]
    public void Ahead_HoursInWhichItWasHardlySeen_AreUnknown()
    {
        HourlyLoads loads = Full(seconds: 599);
        Assert.Null(loads.Ahead(Vm, Vcpus));
        Assert.Equal(1, Full(seconds: 600).Ahead(Vm, Vcpus));
    }

    [Fact]
    public void Advance_PastEverything_ForgetsIt()
    {
        HourlyLoads loads = Full(seconds: 3_600);
        loads.Advance(LoadOutlook.PastHours + 1);
        Assert.Null(loads.Ahead(Vm, Vcpus));
        loads.Advance(1_000_000);
        loads.Add(Vm, LoadOutlook.PastHours, 3_600, 3_600);
        Assert.Null(loads.Ahead(Vm, Vcpus));
        Assert.Throws<ArgumentOutOfRangeException>(() => loads.Advance(999_999));
    }

    [Fact]
    public void Clear_SomeHours_ForgetsThoseAlone()
    {
        HourlyLoads loads = Full(seconds: 400);
        loads.Clear(-5, LoadOutlook.PastHours + 5);
        for (int hour = 0; hour < LoadOutlook.PastHours; hour++)
        {
            loads.Add(Vm, hour, 400, 400);
        }

        Assert.Null(loads.Ahead(Vm, Vcpus));
        HourlyLoads most = Full(seconds: 600);
        most.Clear(0, 10);
        Assert.Equal(1, most.Ahead(Vm, Vcpus));
    }

    [Fact]
    public void Keep_OtherVms_ForgetsThisOne()
    {
        HourlyLoads loads = Full(seconds: 3_600);
        loads.Keep(new HashSet<VmId> { Vm });
        Assert.Equal(1, loads.Count);
        loads.Keep(new HashSet<VmId>());
        Assert.Equal(0, loads.Count);
        Assert.Null(loads.Ahead(Vm, Vcpus));
    }

    private static HourlyLoads Full(double seconds)
    {
        HourlyLoads loads = new();
        loads.Advance(LoadOutlook.PastHours);
        for (int hour = 0; hour < LoadOutlook.PastHours; hour++)
        {
            loads.Add(Vm, hour, seconds, seconds);
        }

        return loads;
    }

    private static double WorkDay(int hour) => hour % Day is >= 8 and < 18 ? 6 : 0.5;
}
