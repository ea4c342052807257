using System.Text;
using System.Text.Json;
using CsCheck;
using VirtAgents.Cli.Output;

namespace VirtAgents.Cli.Tests.Output;

public sealed class DatumTests
{
    [Fact]
    public void Of_AnyNumber_ReadsBackTheSameInJsonAndCsv() =>
        Gen.Double.Sample(number =>
        {
            var datum = Datum.Of(number);
            return double.IsFinite(number)
                ? double.Parse(datum.ToCsv(), System.Globalization.CultureInfo.InvariantCulture) == number && JsonDocument.Parse(Json(datum)).RootElement.GetDouble() == number
                : datum.IsUnknown;
        });

    [Fact]
    public void Unknown_InEveryForm_IsNullOrEmpty()
    {
        foreach (var datum in new[] { Datum.Unknown, Datum.Of((double?)null), Datum.Of(double.NaN), Datum.Text(""), Datum.Time(0), Datum.WholeOrUnknown(0), Datum.Flag(null), Datum.Of(new Protocol.V1.Value()) })
        {
            Assert.Equal(("null", "", true), (Json(datum), datum.ToCsv(), datum.IsUnknown));
        }
    }

    [Fact]
    public void Zero_ThatIsKnown_IsZero()
    {
        Assert.Equal(("0", "0"), (Json(Datum.Of(new Protocol.V1.Value { Known = true })), Datum.Whole(0).ToCsv()));
        Assert.Equal("1073741824", Datum.Of(1073741824d).ToCsv());
    }

    private static string Json(Datum datum)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            datum.Write(json);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
