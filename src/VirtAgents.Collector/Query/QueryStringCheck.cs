using System.Globalization;
using Google.Protobuf.Reflection;

namespace VirtAgents.Collector.Query;

/// <summary>
/// Looks at the query part of a JSON request before it becomes a message: a misspelt name would be passed over and a
/// value that is no number would be refused without saying which one it is.
/// </summary>
internal static class QueryStringCheck
{
    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public static string? Problem(MessageDescriptor request, IQueryCollection query)
    {
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in query)
        {
            if (Find(request, name) is not { } field)
            {
                return $"{name}: there is no such parameter{Similar.Hint(name, Names(request, ""), "it takes " + string.Join(", ", Names(request, "")))}";
            }

            if (values.FirstOrDefault(v => !Fits(field, v ?? "")) is { } wrong)
            {
                return $"{name}: '{wrong}' is not allowed; {Allowed(field)}";
            }
        }

        return null;
    }

    private static FieldDescriptor? Find(MessageDescriptor message, string path)
    {
        (string head, string rest) = path.Split('.', 2) is [var first, var other] ? (first, other) : (path, "");
        FieldDescriptor? field = message.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == head || f.Name == head);
        return field switch
        {
            { FieldType: FieldType.Message } => rest.Length > 0 ? Find(field.MessageType, rest) : null,
            _ => rest.Length == 0 ? field : null,
        };
    }

    private static IEnumerable<string> Names(MessageDescriptor message, string prefix) =>
        message.Fields.InDeclarationOrder().SelectMany(f =>
            f.FieldType == FieldType.Message ? Names(f.MessageType, $"{prefix}{f.JsonName}.") : [$"{prefix}{f.JsonName}"]);

    private static bool Fits(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        FieldType.UInt32 => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        FieldType.UInt64 => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        FieldType.SInt64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        FieldType.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        FieldType.Bool => text is "true" or "false",
        FieldType.Enum => field.EnumType.FindValueByName(text) is not null,
        _ => true,
    };

    private static string Allowed(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int32 => $"{int.MinValue} to {int.MaxValue}",
        FieldType.UInt32 => $"0 to {uint.MaxValue}",
        FieldType.UInt64 => $"0 to {ulong.MaxValue}",
        FieldType.SInt64 => $"{long.MinValue} to {long.MaxValue}",
        FieldType.Double => "a number, such as 99.9",
        FieldType.Bool => "true or false",
        _ => "one of " + string.Join(", ", field.EnumType.Values.Select(v => v.Name)),
    };
}
