using System.Globalization;
using System.Text.Json;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Output;

/// <summary>One value for data formats, in base units. Unknown is null in JSON and an empty field in CSV.</summary>
internal readonly struct Datum
{
    private readonly object? _value;

    private Datum(object? value) => _value = value;

    public static Datum Unknown => default;

    public bool IsUnknown => _value is null;

    /// <summary>The number; null when the value is unknown or not a number.</summary>
    public double? Number => _value switch { double number => number, long number => number, _ => null };

    /// <summary>The protocol has no null text: empty means there is none.</summary>
    public static Datum Text(string? text) => new(string.IsNullOrEmpty(text) ? null : text);

    public static Datum Of(double? number) => new(number is { } value && double.IsFinite(value) ? value : null);

    public static Datum Of(Value? value) => value is { Known: true } ? Of(value.Number) : Unknown;

    public static Datum Whole(long number) => new(number);

    /// <summary>A count or size for which the protocol says that 0 is unknown.</summary>
    public static Datum WholeOrUnknown(ulong number) => new(number == 0 ? null : (long)Math.Min(number, long.MaxValue));

    public static Datum Flag(bool? flag) => new(flag);

    public static Datum Time(long unixMs) => new(unixMs == 0 ? null : Instants.Utc(unixMs));

    public static Datum List(IEnumerable<string> items) => new(items.ToArray());

    public string ToCsv() => _value switch
    {
        null => "",
        string text => text,
        double number => Compact(number),
        long number => number.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        string[] items => string.Join(' ', items),
        _ => throw new InvalidOperationException("A datum holds a kind of value that has no text."),
    };

    public void Write(Utf8JsonWriter json)
    {
        switch (_value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case string[] items:
                WriteItems(json, items);
                break;
            default:
                json.WriteRawValue(ToCsv());
                break;
        }
    }

    private static void WriteItems(Utf8JsonWriter json, string[] items)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    // 1073741824 rather than 1.073741824E+09: bytes and counters are whole, and spreadsheets read digits best.
    private static string Compact(double number) =>
        Math.Abs(number) < 9e15 && Math.Floor(number) == number
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
}
